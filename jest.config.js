// What needs servers runs with them (`npm run test:servers`), and never as skipped.
const needServers = ['**/*.servers.spec.js', '**/test/servers/**/*.spec.js'];
// What a till sees is the same from one process and from several on servers, but for the parts of a single process:
// its command line, its disk and its index.
const acceptance = '**/test/acceptance/**/*.spec.js';
const ofOneProcess = ['local-process', 'readiness'];
// The short form leaves out what is long, and what no other process has a part in; `--full` runs all of it.
const onlyInFull = [
  ...['activate-revision', 'adjustments', 'announced-lapses', 'as-of', 'bad-input', 'offline-queue'],
  ...['receipt-language', 'roles', 'stamped-inputs', 'why'],
];
// Brokers that are down for long, and a backlog that is drained.
const faultsOnlyInFull = process.env.SUKI_FULL ? [] : ['**/test/servers/broker-down.spec.js'];
// Only root can give a server a small disk of its own: not run by others, rather than skipped.
const faultsOfRoot = process.getuid() === 0 ? [] : ['**/test/servers/full-disk.spec.js'];
const leftOut = [...ofOneProcess, ...(process.env.SUKI_FULL ? [] : onlyInFull)];

// Specs run compiled: `rootDir` is the build folder, so worker threads, types and product code are one and the same.
const settings = {
  rootDir: process.env.SUKI_BUILD ?? 'dist',
  testEnvironment: 'node',
  transform: {},
  setupFiles: ['source-map-support/register', 'reflect-metadata'],
};
// Of all projects together: jest takes it from nowhere else.
const testTimeout = 90_000;
// Asks a real EventStoreDB, where there is one: not run without, rather than skipped.
const realServer = process.env.EVENTSTORE_URL ? [] : ['**/real-server.spec.js'];
const not = (files) => `!${files}`;

module.exports = process.env.SUKI_SERVERS
  ? {
      testTimeout,
      projects: [
        {
          ...settings,
          displayName: 'servers',
          testMatch: [...needServers, ...[...faultsOnlyInFull, ...faultsOfRoot].map(not)],
        },
        {
          ...settings,
          displayName: 'acceptance on servers',
          testMatch: [
            acceptance,
            ...[...needServers, ...leftOut.map((name) => `**/test/acceptance/${name}.spec.js`)].map(not),
          ],
          setupFiles: [...settings.setupFiles, require.resolve('./infra/house/acceptance-on-servers.js')],
        },
      ],
    }
  : { ...settings, testTimeout, testMatch: ['**/*.spec.js', ...[...needServers, ...realServer].map(not)] };
