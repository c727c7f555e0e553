import { readSettings } from '../../libs/platform/settings/settings';
import { LOCAL_SETTINGS } from './settings';

describe('settings of the product in one process', () => {
  it('need nothing to be given', () => {
    expect(readSettings(LOCAL_SETTINGS, [], {})).toEqual({
      data: '.data',
      eventStore: undefined,
      readStore: undefined,
      port: 3000,
      requestsPerSecond: 50_000,
      inFlight: 2_048,
      streams: 256,
      demo: true,
      logLevel: 'warn',
      announceSeconds: 60,
      kafka: '',
      kafkaPartitions: 12,
      kafkaPrefix: '',
      webhooksAllowPrivate: false,
      esdbPort: undefined,
      esdbWritable: false,
    });
  });

  it('name where the log and the read models are as on servers, but keep them in files', () => {
    const places = { SUKI_EVENT_STORE: 'embedded:/shop', SUKI_READ_STORE: 'sqlite:/shop/read.db' };
    expect(readSettings(LOCAL_SETTINGS, [], places)).toMatchObject({ eventStore: '/shop', readStore: '/shop/read.db' });
  });

  it.each([
    ['SUKI_EVENT_STORE', 'esdb://127.0.0.1:2113'],
    ['SUKI_READ_STORE', 'postgres://127.0.0.1/suki'],
  ])('send who wants servers to the processes that use them: %s', (name, place) => {
    expect(() => readSettings(LOCAL_SETTINGS, [], { [name]: place })).toThrow(/run apps\/api, apps\/projector/);
  });
});
