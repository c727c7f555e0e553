import { readSettings } from '../../libs/platform/settings/settings';
import { LOCAL_SETTINGS } from './settings';

describe('settings of the product in one process', () => {
  it('need nothing to be given', () => {
    expect(readSettings(LOCAL_SETTINGS, [], {})).toEqual({
      data: '.data',
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
      esdbPort: undefined,
      esdbWritable: false,
    });
  });
});
