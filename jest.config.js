// What needs servers runs with them (`npm run test:servers`), and never as skipped.
const needServers = ['**/*.servers.spec.js', '**/test/servers/**/*.spec.js'];

// Specs run compiled: `rootDir` is the build folder, so worker threads, types and product code are one and the same.
module.exports = {
  rootDir: process.env.SUKI_BUILD ?? 'dist',
  testEnvironment: 'node',
  testMatch: process.env.SUKI_SERVERS ? needServers : ['**/*.spec.js', ...needServers.map((files) => `!${files}`)],
  transform: {},
  setupFiles: ['source-map-support/register', 'reflect-metadata'],
  testTimeout: 90_000,
};
