import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskLogFiles } from '../../libs/platform/event-store/embedded/disk-log-files';
import {
  encodeRecordHead,
  FIRST_PREVIOUS_HASH,
  type NewRecord,
  recordLength,
} from '../../libs/platform/event-store/embedded/record-format';
import { SegmentLog } from '../../libs/platform/event-store/embedded/segment-log';
import type { BenchRow } from './bench-row';

const WAITING = 64;
const GROUPS = 200;
const APPENDS = WAITING * GROUPS;
const ROUNDS = 7;
const RECORD_BYTES = 2_500;

/**
 * Durable appends to the embedded log with 64 waiting, claims, CRC and chain included, against bare loops of writev and
 * fdatasync that write the same bytes 64 records at a time. Each is measured in turn; the medians of the rounds are told.
 */
export async function run(): Promise<readonly BenchRow[]> {
  const log: number[] = [];
  const bare: number[] = [];
  const allocated: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await inDirectory((directory) => bareLoop(directory, 0)));
    log.push(await inDirectory(segmentLog));
    allocated.push(await inDirectory((directory) => bareLoop(directory, APPENDS * recordLength(recordOf(0)))));
  }
  const value = median(log);
  const row = {
    name: `append, ${WAITING} waiting, records of ${RECORD_BYTES} bytes`,
    value: Math.round(value),
    unit: 'appends/s',
  };
  const ratioTo = (floor: number) => Math.round((value / floor) * 100) / 100;
  return [
    { ...row, ratio: ratioTo(median(bare)), floor: 'writev + fdatasync', budget: 0.75 },
    { ...row, ratio: ratioTo(median(allocated)), floor: 'writev + fdatasync of a file zero-filled before' },
  ];
}

async function inDirectory(measure: (directory: string) => Promise<number>): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'suki-bench-'));
  try {
    return await measure(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Appends a second. */
async function segmentLog(directory: string): Promise<number> {
  const { log } = await SegmentLog.open(new DiskLogFiles(directory));
  let left = APPENDS;
  const client = async (number: number) => {
    let previousHash = FIRST_PREVIOUS_HASH;
    for (let revision = 0; left-- > 0; revision += 3) {
      const append = log.append({ ...recordOf(number), firstRevision: revision, previousHash });
      await append.durable;
      previousHash = append.hash();
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: WAITING }, (_, number) => client(number)));
  const seconds = (performance.now() - started) / 1_000;
  await log.close();
  return APPENDS / seconds;
}

async function bareLoop(directory: string, allocate: number): Promise<number> {
  const file = await open(join(directory, 'bare'), 'w');
  await fillWithZeros(file, allocate);
  const buffers: Buffer[] = [];
  for (let number = 0; number < WAITING; number++) {
    const record = recordOf(number);
    buffers.push(encodeRecordHead(record, 0, 0), record.body);
  }
  const groupBytes = buffers.reduce((bytes, buffer) => bytes + buffer.length, 0);
  const started = performance.now();
  for (let group = 0; group < GROUPS; group++) {
    await file.writev(buffers, group * groupBytes);
    await file.datasync();
  }
  const seconds = (performance.now() - started) / 1_000;
  await file.close();
  return APPENDS / seconds;
}

async function fillWithZeros(file: FileHandle, bytes: number): Promise<void> {
  const zeros = Buffer.alloc(1024 * 1024);
  for (let offset = 0; offset < bytes; offset += zeros.length) await file.write(zeros, 0, zeros.length, offset);
  if (bytes > 0) await file.sync();
}

const body = Buffer.from(`{"events":"${'x'.repeat(RECORD_BYTES - 250)}"}`);

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
