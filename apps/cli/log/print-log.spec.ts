import { spawnSync } from 'node:child_process';

const program = require.resolve('../main');

describe('suki log --limit', () => {
  test.each(['0', '-1', '1.5', 'all'])('%s is refused before anything is read', (limit) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, 'log', `--limit=${limit}`], {
      encoding: 'utf8',
    });
    expect({ stdout, status }).toEqual({ stdout: '', status: 64 });
    expect(stderr).toMatch(/^suki: .*--limit.*must be a whole number from 1 to/);
  });
});
