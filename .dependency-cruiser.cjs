// Which way imports may run. Type-only imports count like any other.
const { pureStations } = require('./infra/pure-files');

const spec = '\\.spec\\.ts$';
const pure = `^libs/.*\\.(${pureStations.join('|')})\\.ts$`;
const outside = ['^node:', 'node_modules', '^(apps|libs/platform|libs/testing)/'];

const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    never(
      'kernel-imports-nothing',
      'The kernel is the language of the product.',
      { path: '^libs/kernel/', pathNot: spec },
      { pathNot: '^libs/kernel/' },
    ),
    never(
      'platform-knows-no-capability',
      'Platform says how, never what.',
      { path: '^libs/platform/' },
      { path: '^(libs/capabilities|apps)/' },
    ),
    never(
      'capabilities-know-no-app',
      'Apps compose; nothing depends on the composition.',
      { path: '^libs/' },
      { path: '^apps/' },
    ),
    never(
      'apps-know-no-other-app',
      'A process imports libraries, never another process.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    never(
      'siblings-only-through-their-door',
      'A capability uses another one only through its index.ts.',
      { path: '^libs/capabilities/([^/]+)/', pathNot: spec },
      { path: '^libs/capabilities/', pathNot: ['^libs/capabilities/$1/', '^libs/capabilities/[^/]+/index\\.ts$'] },
    ),
    never(
      'doors-open-on-types-and-pure-functions',
      'An index.ts exports no module, handler, edge or store.',
      { path: '^libs/capabilities/[^/]+/index\\.ts$' },
      { path: '\\.(module|handler|http|kafka|schedule|store)\\.ts$' },
    ),
    never(
      'pure-files-reach-nothing-else',
      'No framework, clock, randomness or I/O in a pure file, nor behind what it imports.',
      { path: pure },
      { path: outside, reachable: true },
    ),
    never(
      'published-libraries-stand-alone',
      'What others install imports nothing of ours, and no framework.',
      { path: '^libs/(client|consumer)/', pathNot: spec },
      { path: ['^libs/', 'node_modules/@nestjs'], pathNot: '^libs/(client|consumer)/' },
    ),
    never(
      'testing-only-in-specs',
      'Test tools stay out of the product.',
      { path: '^(apps|libs)/', pathNot: [spec, '^libs/testing/'] },
      { path: '^(libs/testing|test)/' },
    ),
    never(
      'nobody-imports-a-spec',
      'A spec is the end of the road, but for one that runs others where servers are.',
      { pathNot: '\\.servers\\.spec\\.ts$' },
      { path: spec },
    ),
    never(
      'nobody-imports-infra',
      'Scripts and tool settings are no source.',
      { path: '^(apps|libs|test)/' },
      { path: '^infra/' },
    ),
    never(
      'one-door-to-sqlite',
      'One driver behind one folder.',
      { pathNot: '^libs/platform/sqlite/' },
      { path: 'node_modules/@photostructure/sqlite' },
    ),
    never(
      'product-needs-no-tools',
      'What the product imports is a dependency, not a development tool.',
      { path: '^(apps|libs)/', pathNot: [spec, '^libs/testing/'] },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    ),
    never('imports-resolve', 'What is imported exists and is named in package.json.', {}, { couldNotResolve: true }),
    never(
      'packages-are-declared',
      'A package that only another one brought may go at any time.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    never('no-cycles', 'Two files that need each other are one file, or three.', {}, { circular: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'require', 'import', 'default', 'types'],
    },
  },
};
