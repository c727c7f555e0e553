import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskLogFiles } from '../../libs/platform/event-store/embedded/disk-log-files';
import {
  encodeRecord,
  FIRST_PREVIOUS_HASH,
  type NewRecord,
  recordLength,
} from '../../libs/platform/event-store/embedded/record-format';
import { SegmentLog } from '../../libs/platform/event-store/embedded/segment-log';
import type { BenchRow } from './bench-row';

const WAITING = 64;
const GROUPS = 50;
const SLICE = WAITING * GROUPS;
const SLICES = 25;
/** Fills the first segment of a new log, the only one that no spare was made for. */
const WARM_UP_SLICES = 5;
const BODY_BYTES = 2_250;

/** Writes a slice of appends; answers how many a second. */
type Contender = () => Promise<number>;

/**
 * Durable appends to the embedded log with 64 waiting, claims, CRC and chain included, against bare loops of writev and
 * fdatasync that write the same bytes 64 records at a time. They take turns, slice by slice, so that a disk's moods meet
 * all of them; a ratio is the median of those of neighbouring slices.
 */
export async function run(): Promise<readonly BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'suki-bench-'));
  const { log } = await SegmentLog.open(new DiskLogFiles(directory));
  const growing = await open(join(directory, 'growing'), 'w');
  const allocated = await open(join(directory, 'allocated'), 'w');
  try {
    await fillWithZeros(allocated);
    const append = clientsOf(log);
    for (let slice = 0; slice < WARM_UP_SLICES; slice++) await append();
    const floors = { growing: bareLoop(growing, 'growing'), allocated: bareLoop(allocated, 'overwritten') };
    const rates: number[] = [];
    const ratios = { growing: [] as number[], allocated: [] as number[] };
    for (let slice = 0; slice < SLICES; slice++) {
      const bare = await floors.growing();
      const rate = await append();
      rates.push(rate);
      ratios.growing.push(rate / bare);
      ratios.allocated.push(rate / (await floors.allocated()));
    }
    const row = {
      name: `append, ${WAITING} waiting, 2.5 KB each`,
      value: Math.round(median(rates)),
      unit: 'appends/s',
    };
    return [
      { ...row, ratio: rounded(median(ratios.growing)), floor: 'writev + fdatasync', budget: 0.75 },
      { ...row, ratio: rounded(median(ratios.allocated)), floor: 'writev + fdatasync over a file of zeros' },
    ];
  } finally {
    await log.close();
    await growing.close();
    await allocated.close();
    rmSync(directory, { recursive: true });
  }
}

function clientsOf(log: SegmentLog): Contender {
  const clients = Array.from({ length: WAITING }, (_, number) => {
    let record: NewRecord = recordOf(number);
    return async (): Promise<void> => {
      for (let turn = 0; turn < GROUPS; turn++) {
        const append = log.append(record);
        await append.durable;
        record = { ...record, firstRevision: record.firstRevision + record.eventCount, previousHash: append.hash() };
      }
    };
  });
  return () => timed(() => Promise.all(clients.map((client) => client())));
}

function bareLoop(file: FileHandle, kind: 'growing' | 'overwritten'): Contender {
  const buffers: Buffer[] = [];
  let groupBytes = 0;
  for (let number = 0; number < WAITING; number++) {
    const record = recordOf(number);
    const bytes = Buffer.alloc(recordLength(record));
    groupBytes += encodeRecord(record, 0, 0, bytes, 0);
    buffers.push(bytes);
  }
  let offset = 0;
  return () =>
    timed(async () => {
      if (kind === 'overwritten') offset = 0;
      for (let group = 0; group < GROUPS; group++) {
        await file.writev(buffers, offset);
        await file.datasync();
        offset += groupBytes;
      }
    });
}

async function timed(slice: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await slice();
  return (SLICE * 1_000) / (performance.now() - started);
}

async function fillWithZeros(file: FileHandle): Promise<void> {
  const bytes = SLICE * recordLength(recordOf(0));
  const zeros = Buffer.alloc(1024 * 1024);
  for (let offset = 0; offset < bytes; offset += zeros.length) await file.write(zeros, 0, zeros.length, offset);
  await file.sync();
}

const body = Buffer.from(`{"events":"${'x'.repeat(BODY_BYTES)}"}`);

function recordOf(number: number): NewRecord {
  return {
    stream: `account-main.cus_01890a5d-ac96-774b-bcce-b302099a8${String(number).padStart(3, '0')}`,
    firstRevision: 0,
    eventCount: 3,
    recordedAt: 1_763_600_000_000,
    previousHash: FIRST_PREVIOUS_HASH,
    claims: [{ action: 'take', sealed: false, text: `main/receipt/manila-1~2~00000${number}` }],
    body,
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const rounded = (ratio: number): number => Math.round(ratio * 100) / 100;
