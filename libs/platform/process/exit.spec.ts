import { exitOf } from './exit';

const ofSqlite = (message: string, sqliteCode: number): Error => Object.assign(new Error(message), { sqliteCode });

describe('how the process ends', () => {
  it.each([
    ['the database disk image is malformed', 11, 65],
    ['file is not a database', 26, 65],
    ['database or disk is full', 13, 74],
    ['disk I/O error', 10, 70],
  ])('for a database of which SQLite says: %s', (message, sqliteCode, code) => {
    expect(exitOf(ofSqlite(message, sqliteCode))).toEqual({ line: expect.stringContaining(message) as string, code });
  });

  it('is 70, and one line, for what we did not expect', () => {
    expect(exitOf(new TypeError('x is undefined\n  at once'))).toEqual({ line: 'TypeError: x is undefined', code: 70 });
    expect(exitOf('no error at all')).toEqual({ line: 'no error at all', code: 70 });
  });
});
