import { readSettings, SETTINGS, settingsHelp } from './settings';

describe('settings', () => {
  it('have their documented defaults', () => {
    const settings = readSettings([], {});
    for (const { name, default: value } of SETTINGS) expect(String(settings[name])).toBe(value);
  });

  it('are taken from the environment, and from flags first', () => {
    expect(readSettings([], { SUKI_PORT: '8080', SUKI_DEMO: 'false' })).toMatchObject({ port: 8080, demo: false });
    expect(readSettings(['--port', '81', '--no-demo'], { SUKI_PORT: '8080' })).toMatchObject({ port: 81, demo: false });
  });

  it.each([
    [['--port', 'high'], 'port is a number'],
    [['--port', '70000'], 'port is a number'],
    [['--log-level', 'loud'], 'logLevel is one of'],
    [['--prot', '1'], '--prot'],
  ])('refuse %j', (args, why) => {
    expect(() => readSettings(args, {})).toThrow(why);
  });

  it('are all named by the help', () => {
    for (const { flag, environment } of SETTINGS) {
      expect(settingsHelp()).toContain(flag);
      expect(settingsHelp()).toContain(environment);
    }
  });
});
