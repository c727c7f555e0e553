import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { HouseCopy } from './house-copy';
import { inRepository } from './repository';

describe('a wrong Node', () => {
  const told = (version: string): { lines: string; code: number | undefined } => {
    const seen: { lines: string; code: number | undefined } = { lines: '', code: undefined };
    const process = {
      versions: { node: version },
      stderr: { write: (line: string) => (seen.lines += line) },
      exit: (code: number) => (seen.code = code),
    };
    vm.runInNewContext(readFileSync(inRepository('infra/house/node-version.js'), 'utf8'), { process });
    return seen;
  };

  it.each(['0.12.18', '12.22.12', '18.20.4', '20.18.3', '25.0.0'])('%s gets one line and ends', (version) => {
    const { lines, code } = told(version);
    expect(lines).toMatch(/^Suki needs Node 20\.19 or newer and older than 25; this is Node [\d.]+\.\n$/);
    expect(code).toBe(1);
  });

  it.each(['20.19.0', '22.12.0', '24.9.1'])('%s does not', (version) => {
    expect(told(version)).toEqual({ lines: '', code: undefined });
  });
});

describe('the closing line', () => {
  let house: HouseCopy;
  beforeAll(() => (house = new HouseCopy()));
  afterAll(() => house.remove());

  const testData = (settings: NodeJS.ProcessEnv): ReturnType<HouseCopy['node']> =>
    house.node(['infra/scripts/test.js', 'data'], settings);
  const grandTotal = (...files: readonly string[]): ReturnType<HouseCopy['node']> =>
    house.node(['infra/scripts/grand-total.js', ...files]);

  it('counts a suite that crashes and one that is empty as a failure each', () => {
    house.plant('test/architecture/generated-docs.ts', 'export {};\n');
    house.plant('test/data/three.spec.ts', "it('a', () => {});\nit('b', () => {});\nit.skip('c', () => {});\n");
    house.plant('test/data/crash.spec.ts', "throw new Error('on load');\n");
    house.plant('test/data/empty.spec.ts', 'export {};\n');
    const { code, output } = testData({ SUKI_DATA: '.' });
    expect(output).toMatch(/^2 passed, 2 failed, 1 skipped$/m);
    expect(code).toBe(1);
  });

  it('is no success where no test ran', () => {
    house.uproot('test/data');
    const { code, output } = testData({ SUKI_DATA: '.' });
    expect(output).toMatch(/^0 passed, 1 failed$/m);
    expect(code).toBe(1);
  });

  it('fails, and does not skip, where the data is missing', () => {
    const { code, output } = testData({ SUKI_DATA: 'nowhere' });
    expect(output).toMatch(/^There is no data in .*nowhere: set SUKI_DATA to where it is\.$/m);
    expect(output).toMatch(/^0 passed, 1 failed$/m);
    expect(code).toBe(1);
  });

  it('adds up runs, and counts one that left no result as a failure', () => {
    house.plant('tests.json', JSON.stringify([{ name: 'types', passed: 3, failed: 0, skipped: 1 }]));
    house.plant('data.json', JSON.stringify([{ name: 'suite', passed: 4, failed: 0, skipped: 0 }]));
    expect(grandTotal('tests.json', 'data.json')).toEqual({ code: 0, output: '7 passed, 0 failed, 1 skipped\n' });
    expect(grandTotal('tests.json', 'gone.json')).toEqual({
      code: 1,
      output: 'failed: gone\n3 passed, 1 failed, 1 skipped\n',
    });
  });
});

describe('a start', () => {
  let house: HouseCopy;
  beforeAll(() => {
    house = new HouseCopy();
    house.plant('test/architecture/generated-docs.ts', 'export {};\n');
    house.plant('apps/local/main.ts', "console.log('started', ...process.argv.slice(2));\nprocess.exitCode = 7;\n");
  });
  afterAll(() => house.remove());

  const start = (...args: readonly string[]): ReturnType<HouseCopy['node']> =>
    house.node(['infra/scripts/start.js', ...args]);

  it('builds once, though two begin together, and passes arguments and exit code on', async () => {
    const both = await Promise.all([
      house.nodeBeside(['infra/scripts/start.js', '--port', '1']),
      house.nodeBeside(['infra/scripts/start.js']),
    ]);
    expect(both.map(({ code }) => code)).toEqual([7, 7]);
    expect(both[0]?.output).toContain('started --port 1\n');
    expect(both.filter(({ output }) => output.includes('Building …'))).toHaveLength(1);
    expect(start('--no-demo')).toEqual({ code: 7, output: 'started --no-demo\n' });
  });

  it('takes over the lock of one that died', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    house.plant('.install.lock', String(pid));
    house.plant('libs/kernel/money.ts', 'export {};\n');
    expect(start().output).toContain('Building …');
  });

  it('builds again where a source changed, and forgets what a removed source had become', () => {
    house.plant('libs/kernel/points.ts', 'export {};\n');
    expect(start().output).toContain('Building …');
    house.uproot('libs/kernel/points.ts');
    house.plant(
      'apps/local/main.ts',
      "import { existsSync } from 'node:fs';\nconsole.log(existsSync('dist/libs/kernel/points.js'));\n",
    );
    expect(start()).toEqual({ code: 0, output: 'false\nBuilding …\n' });
  });

  it('gives up where the build fails', () => {
    house.plant('apps/local/main.ts', "export const points: number = 'many';\n");
    const { code, output } = start();
    expect(code).toBe(1);
    expect(output).toMatch(/main\.ts\(1,14\)[^]*\nThe build failed\.\n$/);
  });

  it('ends as told where npm is told to end', async () => {
    const main = [
      "process.on('SIGTERM', () => { console.log('closing'); process.exit(0); });",
      'setInterval(() => {}, 1000);',
      "console.log('open');",
      '',
    ];
    house.plant('apps/local/main.ts', main.join('\n'));
    const npm = house.shell('node infra/scripts/start.js; true', { npm_lifecycle_event: 'start' });
    let said = '';
    npm.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said === 'open\n') npm.kill('SIGTERM');
    });
    await once(npm.stdout, 'close');
    expect(said).toBe('open\nclosing\n');
  });
});

describe('a benchmark', () => {
  let house: HouseCopy;
  beforeAll(() => {
    house = new HouseCopy();
    house.plant('test/architecture/generated-docs.ts', 'export {};\n');
    house.plant('test/bench/slow.bench.ts', bench(0.4, 120));
    house.plant('test/bench/fast.bench.ts', bench(0.75, 80));
  });
  afterAll(() => house.remove());

  const bench = (ratio: number, stallMs: number): string =>
    `export const run = async () => [
      { name: 'append', value: 41234.5, unit: '/s', ratio: ${ratio}, floor: 'bare', budget: 0.6 },
      { name: 'stall', value: ${stallMs}, unit: 'ms', atMost: 100 },
    ];\n`;

  it('is one table, and fails where a budget is not met', () => {
    const all = house.node(['infra/scripts/bench.js']);
    expect(all.code).toBe(1);
    expect(all.output).toMatch(/│ append │ 41,230 │ \/s +│ +0\.75 │ bare │ +≥ 0\.6 │ met +│/);
    expect(all.output).toMatch(/│ append │ 41,230 │ \/s +│ +0\.40 │ bare │ +≥ 0\.6 │ NOT MET │/);
    expect(all.output).toMatch(/│ stall +│ +80 │ ms +│ +│ +│ +≤ 100 │ met +│/);
    expect(all.output).toMatch(/│ stall +│ +120 │ ms +│ +│ +│ +≤ 100 │ NOT MET │/);
    expect(house.node(['infra/scripts/bench.js', 'fast']).code).toBe(0);
  });
});
