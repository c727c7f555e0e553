import { runProcess } from '../../libs/platform/process/run-process';
import { readSettings, settingsHelp } from '../../libs/platform/settings/settings';
import { createLog } from '../../libs/platform/telemetry/log';
import { openProjectorProcess } from './projector-process';
import { PROJECTOR_SETTINGS } from './settings';

if (process.argv.includes('--help')) {
  process.stdout.write(`${settingsHelp('node dist/apps/projector/main.js', PROJECTOR_SETTINGS)}\n`);
} else {
  void runProcess(async () => {
    const settings = readSettings(PROJECTOR_SETTINGS, process.argv.slice(2), process.env);
    const projector = await openProjectorProcess({ settings, log: createLog(settings.logLevel), clock: Date.now });
    process.stdout.write(`${JSON.stringify({ status: projector.statusUrl })}\n`);
    return projector;
  });
}
