'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

/** Runs the experiments whose name holds the word given, each on a new server, and prints what each saw, one line a fact. */
async function runExperiments(experiments, open, [wanted = ''] = process.argv.slice(2)) {
  for (const [name, { options, run }] of Object.entries(experiments)) {
    if (!name.includes(wanted)) continue;
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'suki-measure-'));
    const server = await open(folder, options);
    const remove = () => server.remove();
    process.once('exit', remove);
    console.log(`\n${name}`);
    try {
      const ready = stopwatch();
      await server.start();
      tell('server ready', ready());
      await run(server, folder);
    } catch (fault) {
      tell('FAILED', fault.stack);
    } finally {
      process.off('exit', remove);
      server.remove();
    }
  }
}

const tell = (what, ...seen) => console.log(`  ${what}: ${seen.map(said).join('; ')}`);

function said(seen) {
  if (seen instanceof Error) return errorText(seen);
  return typeof seen === 'object' ? JSON.stringify(seen) : String(seen);
}

function errorText(error) {
  const { name, code, type, message, retriable, cause } = error;
  const inner = cause instanceof Error ? ` <- ${errorText(cause)}` : '';
  return `${[name, code, type, retriable === undefined ? '' : `retriable=${retriable}`].filter(Boolean).join(' ')} «${message}»${inner}`;
}

/** Answers milliseconds since it was made. */
function stopwatch() {
  const startedAt = performance.now();
  return () => `${Math.round(performance.now() - startedAt)} ms`;
}

/** The value or the error of what was tried, with how long it took; «pending» where it took longer than `patienceMs`. */
async function outcomeOf(work, patienceMs = 60_000) {
  const took = stopwatch();
  const waited = new AbortController();
  const outcome = await Promise.race([
    work().then(
      (value) => value ?? 'done',
      (error) => error,
    ),
    sleep(patienceMs, 'pending', { signal: waited.signal }).catch(() => {}),
  ]);
  waited.abort();
  return `${said(outcome)} after ${took()}`;
}

/** Median and 99th percentile of the time of each of `count` runs, and runs per second. */
async function timed(count, work) {
  const times = [];
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    await work(index);
    times.push(performance.now() - began);
  }
  const perSecond = (count / (performance.now() - startedAt)) * 1000;
  times.sort((left, right) => left - right);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(1);
  return { perSecond, text: `${perSecond.toFixed(0)}/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms` };
}

module.exports = { runExperiments, tell, stopwatch, outcomeOf, timed, sleep };
