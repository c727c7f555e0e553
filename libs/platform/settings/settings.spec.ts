import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oneOf, readSettings, SettingFault, settingsHelp, whole, yesOrNo, type Setting } from './settings';

const port: Setting<number> = {
  flag: '--port N',
  environment: 'SUKI_PORT',
  default: '3000',
  meaning: 'Port.',
  read: whole(65_535, 0),
};
const demo: Setting<boolean> = {
  flag: '--no-demo',
  environment: 'SUKI_DEMO',
  default: 'true',
  meaning: 'Demo.',
  read: yesOrNo,
};
const place: Setting<string> = {
  flag: '--place NAME',
  environment: 'SUKI_PLACE',
  default: undefined,
  meaning: 'Where.',
  read: oneOf('here', 'there'),
};

describe('settings', () => {
  const directory = mkdtempSync(join(tmpdir(), 'suki-settings-'));
  const file = join(directory, 'suki.settings');
  afterAll(() => rmSync(directory, { recursive: true }));

  it('are taken from flags, else the environment, else the file, else their default', () => {
    writeFileSync(file, '# of the first shop\nSUKI_PORT=1\nSUKI_PLACE=there\n');
    const group = { port, demo, place };
    const from = { SUKI_SETTINGS: file };
    expect(readSettings(group, [], from)).toEqual({ port: 1, demo: true, place: 'there' });
    expect(readSettings(group, ['--settings', file], { SUKI_PORT: '2' })).toMatchObject({ port: 2 });
    expect(readSettings(group, ['--port', '3', '--no-demo'], { ...from, SUKI_PORT: '2' })).toMatchObject({
      port: 3,
      demo: false,
    });
    expect(readSettings({ port }, [], {})).toEqual({ port: 3000 });
  });

  it.each<[string, readonly string[], string]>([
    ['a value that is none', ['--port', 'high'], 'SUKI_PORT is a number from 0 to 65535'],
    ['a number out of reach', ['--port', '70000'], 'SUKI_PORT is a number from 0 to 65535'],
    ['an unknown choice', ['--place', 'nowhere'], 'SUKI_PLACE is one of here, there'],
    ['a mistyped flag', ['--prot', '1'], '--prot'],
    ['a setting that must be given', [], 'SUKI_PLACE is missing: Where.'],
    ['a file that is not there', ['--settings', join(directory, 'none')], 'SUKI_SETTINGS: ENOENT'],
  ])('refuse %s', (_, args, message) => {
    const read = (): unknown => readSettings({ port, demo, place }, args, {});
    expect(read).toThrow(SettingFault);
    expect(read).toThrow(message);
  });

  it('never repeat what they were given, which may be a secret', () => {
    expect(() => readSettings({ place }, ['--place', 'hush'], {})).toThrow(/^(?!.*hush)/);
  });

  it('are all named by the help', () => {
    const help = settingsHelp('npm start --', { port, demo, place });
    for (const { flag, environment } of [port, demo, place]) {
      expect(help).toContain(flag);
      expect(help).toContain(environment);
    }
    expect(help).toContain('--settings FILE');
  });
});
