// Specs run compiled: `rootDir` is the build folder, so worker threads, types and product code are one and the same.
module.exports = {
  rootDir: process.env.SUKI_BUILD ?? 'dist',
  testEnvironment: 'node',
  // What needs servers runs with them (`npm run test:servers`), and never as skipped.
  testMatch: process.env.SUKI_SERVERS ? ['**/*.servers.spec.js'] : ['**/*.spec.js', '!**/*.servers.spec.js'],
  transform: {},
  setupFiles: ['source-map-support/register', 'reflect-metadata'],
  testTimeout: 90_000,
};
