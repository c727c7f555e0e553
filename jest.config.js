// Specs run compiled: `rootDir` is the build folder, so worker threads, types and product code are one and the same.
module.exports = {
  rootDir: process.env.SUKI_BUILD ?? 'dist',
  testEnvironment: 'node',
  testMatch: ['**/*.spec.js'],
  transform: {},
  setupFiles: ['source-map-support/register', 'reflect-metadata'],
  testTimeout: 90_000,
};
