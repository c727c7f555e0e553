import { runProcess } from '../../libs/platform/process/run-process';
import { readSettings, settingsHelp } from '../../libs/platform/settings/settings';
import { createLog } from '../../libs/platform/telemetry/log';
import { openPublisherProcess } from './publisher-process';
import { PUBLISHER_SETTINGS } from './settings';

if (process.argv.includes('--help')) {
  process.stdout.write(`${settingsHelp('node dist/apps/publisher/main.js', PUBLISHER_SETTINGS)}\n`);
} else {
  void runProcess(async () => {
    const settings = readSettings(PUBLISHER_SETTINGS, process.argv.slice(2), process.env);
    const publisher = await openPublisherProcess({ settings, log: createLog(settings.logLevel), clock: Date.now });
    process.stdout.write(`${JSON.stringify({ status: publisher.statusUrl })}\n`);
    return publisher;
  });
}
