import { HouseCopy } from './house-copy';

const clean = {
  'docs/capabilities.md': '# Capabilities\n',
  'docs/generated/points.md': '# Points\n',
  'libs/kernel/points.ts': 'export const none = 0;\n',
  'test/architecture/generated-docs.ts': [
    "import { staleDocs } from './doc-files';",
    "export const staleGeneratedDocs = () => staleDocs([{ file: 'points.md', text: () => '# Points' }]);",
    '',
  ].join('\n'),
};

/** Negative controls: every step of the check sees what it is there to see. */
describe('the check', () => {
  let house: HouseCopy;
  beforeAll(() => {
    house = new HouseCopy();
    for (const [file, text] of Object.entries(clean)) house.plant(file, text);
  });
  afterAll(() => house.remove());

  interface Violation {
    readonly step: string;
    readonly files: Readonly<Record<string, string>>;
    readonly says: readonly string[];
  }

  const pureCapability = 'libs/capabilities/tills/till/till';
  const violations: readonly Violation[] = [
    {
      step: 'types',
      files: { 'libs/kernel/planted.ts': "export const points: number = 'many';\n" },
      says: ['planted.ts(1,14)'],
    },
    {
      step: 'pure files',
      files: {
        [`${pureCapability}.decide.ts`]: "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
      },
      says: ['till.decide.ts(1,'],
    },
    {
      step: 'arrows',
      files: {
        'libs/kernel/planted.ts': "import '../platform/clock/clock';\n",
        'libs/platform/clock/clock.ts': "import '../../capabilities/tills';\nimport '../../testing/given';\n",
        'libs/testing/given.ts': 'export {};\n',
        'libs/capabilities/tills/index.ts': "import './tills.module';\n",
        'libs/capabilities/tills/tills.module.ts':
          "import './index';\nimport '../outlets/open-outlet/open-outlet.handler';\n",
        'libs/capabilities/outlets/open-outlet/open-outlet.handler.ts':
          "import './lonely.spec';\nimport 'no-such-package';\n",
        'libs/capabilities/outlets/open-outlet/lonely.spec.ts': 'export {};\n',
        [`${pureCapability}.ledger.ts`]: "import 'luxon';\nimport './terms';\n",
        'libs/capabilities/tills/till/terms.ts':
          "import '../../../platform/clock/clock';\nimport '../../../../apps/local/main';\n",
        'apps/local/main.ts': "import 'fast-check';\nimport '../../infra/pure-files';\n",
        'apps/cli/main.ts': "import '../local/main';\n",
        'libs/client/client.ts': "import '../kernel/points';\n",
        'libs/platform/read-store/rows.ts': "import '@photostructure/sqlite';\n",
      },
      says: [
        'kernel-imports-nothing: libs/kernel/planted.ts',
        'platform-knows-no-capability: libs/platform/clock/clock.ts',
        'capabilities-know-no-app: libs/capabilities/tills/till/terms.ts',
        'apps-know-no-other-app: apps/cli/main.ts',
        'siblings-only-through-their-door: libs/capabilities/tills/tills.module.ts',
        'doors-open-on-types-and-pure-functions: libs/capabilities/tills/index.ts',
        `pure-files-reach-nothing-else: ${pureCapability}.ledger.ts → libs/platform/clock/clock.ts`,
        'published-libraries-stand-alone: libs/client/client.ts',
        'testing-only-in-specs: libs/platform/clock/clock.ts',
        'nobody-imports-a-spec: libs/capabilities/outlets/open-outlet/open-outlet.handler.ts',
        'nobody-imports-infra: apps/local/main.ts',
        'one-door-to-sqlite: libs/platform/read-store/rows.ts',
        'product-needs-no-tools: apps/local/main.ts',
        'imports-resolve: libs/capabilities/outlets/open-outlet/open-outlet.handler.ts',
        'no-cycles: libs/capabilities/tills/',
      ],
    },
    {
      step: 'lint',
      files: {
        'libs/platform/clock/clock.ts': [
          '/* eslint-disable */',
          'export const anything = (value: any): string => value as unknown as string;',
          'export const later = (work: () => Promise<void>): void => { work(); };',
          "export const words = (side: 'left' | 'right'): string => { switch (side) { case 'left': return 'l'; } return ''; };",
          '',
        ].join('\n'),
        [`${pureCapability}.decide.ts`]: [
          'export const at = (): number => Date.now() + Math.random();',
          'export const today = (): Date => new Date();',
          'export const wait = async (): Promise<void> => {};',
          '',
        ].join('\n'),
      },
      says: [
        'no-explicit-any',
        'no-floating-promises',
        'switch-exhaustiveness-check',
        'Say what the value is',
        '1:33  error  Time arrives',
        '1:46  error  Ids and chance',
        '2:34  error  Time arrives',
        'A pure file waits for nothing',
      ],
    },
    {
      step: 'formatting',
      files: { 'libs/kernel/planted.ts': 'export const one=1\n' },
      says: ['libs/kernel/planted.ts'],
    },
    {
      step: 'dead code',
      files: { 'libs/platform/clock/nobody-calls-me.ts': 'export const one = 1;\n' },
      says: ['libs/platform/clock/nobody-calls-me.ts'],
    },
    {
      step: 'docs and code',
      files: {
        'docs/generated/points.md': '# No points\n',
        'docs/links.md': 'See [that](../gone.md#part) and [this](links.md) and [there](https://example.org/gone).\n',
        'docs/decisions/0001-forgotten.md': '# 1. Forgotten\n',
      },
      says: [
        'docs/generated/points.md is not what the code says',
        'docs/links.md links to ../gone.md, which is not there',
        'docs/decisions/README.md does not list docs/decisions/0001-forgotten.md',
      ],
    },
    {
      step: 'capabilities',
      files: {
        'docs/capabilities.md':
          '| L.1 | points never vanish | test/points.spec.ts |\n| L.2 | tiers rise | test/tiers.spec.ts |\n',
        'test/points.spec.ts':
          "it('points never vanish', () => {});\ndescribe('S17 rounding', () => { it.each([1])(`T2.18 %s`, () => {}); });\n",
      },
      says: [
        'L.2 names the test "tiers rise", which test/tiers.spec.ts does not hold',
        'lacks the row that a test claims: | S17 | S17 rounding | test/points.spec.ts |',
        'lacks the row that a test claims: | T2.18 | T2.18 %s | test/points.spec.ts |',
      ],
    },
    {
      step: 'names and lengths',
      files: {
        'libs/kernel/utils.ts': 'export {};\n',
        'libs/common/money.ts': 'export {};\n',
        'libs/kernel/long.ts': '\n'.repeat(401),
        'docs/where.md': `See ${['', 'home', 'somebody', 'notes'].join('/')}`,
        'docs/from.md': `https://${['registry', 'example', 'org'].join('.')}/suki`,
      },
      says: [
        'libs/kernel/utils.ts: the name says nothing',
        'libs/common/money.ts: the name says nothing',
        'libs/kernel/long.ts: 401 lines',
        'docs/where.md:1: names a folder of one machine',
        'docs/from.md:1: names a package registry',
      ],
    },
  ];

  it.each(violations)('$step: passes a clean house and names what is planted', ({ step, files, says }) => {
    // Given a clean house
    const before = house.check(step);
    // When the rules are broken
    for (const [file, text] of Object.entries(files)) house.plant(file, text);
    const after = house.check(step);
    for (const file of Object.keys(files)) house.uproot(file);
    for (const [file, text] of Object.entries(clean)) house.plant(file, text);
    // Then the step says so
    for (const complaint of says) {
      expect(before.output).not.toContain(complaint);
      expect(after.output).toContain(complaint);
    }
    expect(after).toMatchObject({ code: 1, output: expect.stringContaining('0 passed, 1 failed') as string });
    // The copy has no product, so there the packages of the product are dead.
    if (step !== 'dead code') expect(before.code).toBe(0);
  });
});
