import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataDirectory } from '../../../libs/platform/event-store/embedded/data-directory';

const program = require.resolve('../main');

describe('making a tenant on a directory where no server runs', () => {
  let data: string;
  beforeEach(async () => (data = await mkdtemp(join(tmpdir(), 'suki-tenant-'))));
  afterEach(() => rm(data, { recursive: true }));

  const suki = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  const create = (name: string) => suki('tenant', 'create', name, '--data', data);

  test('its admin key is readable by its owner only, and it holds nothing else', async () => {
    const keyFile = join(data, 'keys', 'shop-admin.key');
    expect(create('shop')).toMatchObject({ stdout: `${keyFile}\n`, stderr: '', status: 0 });
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect(await readFile(keyFile, 'utf8')).toMatch(/^suki_[\w-]{43}\n$/);
    const { stdout } = suki('log', '--data', data);
    const types = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(['TenantCreated', 'KeyIssued']);
    expect(suki('verify', '--data', data).status).toBe(0);
  });

  test('the same name again is refused, with or without its key file', async () => {
    create('shop');
    expect(create('shop')).toMatchObject({ status: 77, stderr: expect.stringContaining('already') as string });
    await rm(join(data, 'keys', 'shop-admin.key'));
    expect(create('shop')).toMatchObject({ status: 77, stderr: expect.stringContaining('already') as string });
  });

  test('a directory that another process holds is left alone', async () => {
    const held = await DataDirectory.open(data);
    expect(create('shop')).toMatchObject({
      status: 75,
      stderr: expect.stringMatching(/^suki: .* in use .*\n$/) as string,
    });
    held.close();
  });

  test('a name of another form is refused', () => {
    expect(create('The Shop')).toMatchObject({ status: 64, stdout: '' });
  });
});
