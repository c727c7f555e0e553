import { HouseCopy } from './house-copy';
import { readFileSync } from 'node:fs';
import { inRepository } from './repository';

interface Lock {
  readonly packages: Record<string, Record<string, unknown>>;
}

describe('the lock file', () => {
  let house: HouseCopy;
  beforeAll(() => (house = new HouseCopy()));
  afterAll(() => house.remove());

  const read = (file: string): string => readFileSync(inRepository(file), 'utf8');
  const change = (work: (lock: Lock) => void): void => {
    const lock = JSON.parse(read('package-lock.json')) as Lock;
    work(lock);
    house.plant('package-lock.json', JSON.stringify(lock, null, 2));
  };
  const foreign = ['node_modules/@node-rs/crc32-darwin-x64', 'node_modules/@parcel/watcher-linux-arm64-musl'];

  it('is refused where it lacks other platforms, and passes once it is completed', () => {
    expect(house.check('lock file').code).toBe(0);
    change(({ packages }) => foreign.forEach((place) => delete packages[place]));
    const lacking = house.check('lock file');
    expect(lacking.code).toBe(1);
    expect(lacking.output).toContain('lacks the optional @node-rs/crc32-darwin-x64');
    expect(lacking.output).toContain('lacks the optional @parcel/watcher-linux-arm64-musl');

    expect(house.node(['infra/scripts/complete-lock.js']).output).toBe(`Added:\n${foreign.join('\n')}\n`);
    expect(house.check('lock file')).toMatchObject({ code: 0 });
    expect(house.node(['infra/scripts/complete-lock.js']).output).toBe('Nothing is missing.\n');
  });

  it('names no host, and every package by its hash', () => {
    change(({ packages }) => {
      packages['node_modules/ajv'] = { ...packages['node_modules/ajv'], resolved: 'https://example.org/ajv.tgz' };
      delete packages['node_modules/luxon']?.['integrity'];
    });
    const { code, output } = house.check('lock file');
    expect(code).toBe(1);
    expect(output).toContain('node_modules/ajv names the host it came from');
    expect(output).toContain('node_modules/luxon has no integrity');
  });

  it('goes with exact versions only', () => {
    house.plant('package-lock.json', read('package-lock.json'));
    house.plant('package.json', read('package.json').replace(/"luxon": "/, '"luxon": "^'));
    const { code, output } = house.check('lock file');
    expect(code).toBe(1);
    expect(output).toMatch(/luxon is \^[\d.]+, not one exact version/);
  });
});
