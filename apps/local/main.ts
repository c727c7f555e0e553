import { SingleBar } from 'cli-progress';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openedKey } from '../../libs/capabilities/programmes';
import { FIRST_TENANT } from '../../libs/capabilities/tenants';
import { createLog } from '../../libs/platform/telemetry/log';
import { SukiApi } from '../../libs/client';
import { DEMO_CARD, makeDemoShop } from './demo-shop';
import { giveUp } from '../../libs/platform/process/run-process';
import { openLocalProduct, type LocalProduct } from './local-product';
import { readSettings, settingsHelp } from '../../libs/platform/settings/settings';
import { LOCAL_SETTINGS, type Settings } from './settings';
import { makeStarter } from './starter';
import { welcomeText } from './welcome';

/** Everything in one process on the embedded engine: what `npm start` runs. */
async function main(): Promise<void> {
  if (process.argv.includes('--help'))
    return void process.stdout.write(`${settingsHelp('npm start --', LOCAL_SETTINGS)}\n`);
  const settings = readSettings(LOCAL_SETTINGS, process.argv.slice(2), process.env);
  const bar = progressBar('opening the log');
  const product = await openLocalProduct({
    settings,
    log: createLog(settings.logLevel),
    clock: Date.now,
    onFatal: giveUp,
    onProgress: ({ done, total }) => bar.show(done, total),
  });
  bar.stop();
  const note = join(product.directory, 'server.json');
  writeFileSync(note, JSON.stringify({ url: product.url, pid: process.pid }));
  closeOnSignal(product, note);
  const demo = await furnish(product, settings);
  process.stdout.write(welcomeText({ ...product, demo }));
}

/** What a new shop is given, through the public API. Answers whether the customers of the demo are there. */
async function furnish({ url, keyFile, store }: LocalProduct, { demo }: Settings): Promise<boolean> {
  const api = new SukiApi(url, readFileSync(keyFile, 'utf8').trim());
  await makeStarter(api);
  const empty = (await store.claimHolder(openedKey(FIRST_TENANT))) === undefined;
  if (demo && empty) {
    const bar = progressBar('making a demo shop');
    await makeDemoShop(api, Date.now(), (sent, all) => bar.show(sent, all));
    bar.stop();
  }
  const found = await api.post('/v1/customers/lookup', { card: DEMO_CARD });
  return found.kind === 'answered';
}

/** Only where somebody watches, and only once there is something to show. */
function progressBar(what: string): { show(done: number, total: number): void; stop(): void } {
  const format = `${what} [{bar}] {percentage}% | {value}/{total} | {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  let started = false;
  return {
    show(done, total) {
      if (!process.stderr.isTTY || total === 0) return;
      if (!started) bar.start(total, done);
      started = true;
      bar.update(done);
    },
    stop: () => (started ? bar.stop() : undefined),
  };
}

function closeOnSignal(product: LocalProduct, note: string): void {
  let closing = false;
  const close = (): void => {
    if (closing) return;
    closing = true;
    rmSync(note, { force: true });
    product.close().then(() => process.exit(0), giveUp);
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
}

main().catch(giveUp);
