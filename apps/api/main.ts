import { readSettings, settingsHelp } from '../../libs/platform/settings/settings';
import { runProcess } from '../../libs/platform/process/run-process';
import { createLog } from '../../libs/platform/telemetry/log';
import { openApiProcess } from './api-process';
import { API_SETTINGS } from './settings';

if (process.argv.includes('--help')) {
  process.stdout.write(`${settingsHelp('node dist/apps/api/main.js', API_SETTINGS)}\n`);
} else {
  void runProcess(async () => {
    const settings = readSettings(API_SETTINGS, process.argv.slice(2), process.env);
    const api = await openApiProcess({ settings, log: createLog(settings.logLevel), clock: Date.now });
    process.stdout.write(`${JSON.stringify({ url: api.url })}\n`);
    return api;
  });
}
