import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { DataDirectory } from '../../../libs/platform/event-store/embedded/data-directory';
import { LogView } from '../../../libs/platform/event-store/embedded/log-view';
import { CliFault } from '../cli-fault';
import { Progress } from '../progress';
import { accountPages, type AuditPart, type AuditProgress, type DifferingAccount } from './audit-part';

export interface AuditOptions {
  readonly data: string;
  readonly json?: true;
}

export interface AuditReport {
  /** Position of the newest event that was looked at. */
  readonly position: number;
  readonly accounts: number;
  readonly facts: number;
  readonly factsPerSecond: number;
  /** By name. */
  readonly differing: readonly DifferingAccount[];
}

/** `suki audit`: prints what differs and sets exit code 1 where anything does. */
export async function audit({ data, json }: AuditOptions): Promise<void> {
  const report = await auditDirectory(data);
  if (json) console.log(JSON.stringify(report));
  else printReport(report);
  if (report.differing.length > 0) process.exitCode = 1;
}

function printReport({ accounts, facts, factsPerSecond, differing }: AuditReport): void {
  for (const { account, differences } of differing) {
    for (const difference of differences) console.error(`suki: ${account}: ${difference}`);
  }
  const found = differing.length === 0 ? 'as recorded' : `${differing.length} differ`;
  console.log(`audit: ${accounts} accounts, ${facts} facts: ${found}, ${factsPerSecond} facts/s`);
}

/**
 * Derives every account again on all cores and compares it with what is recorded; writes nothing. Beside a running server
 * it looks as far as the index has followed the log when it begins.
 */
export async function auditDirectory(data: string): Promise<AuditReport> {
  const directory = await DataDirectory.openReadOnly(data);
  if (!existsSync(directory.index)) {
    throw new CliFault('unavailable', `${directory.index} is missing: start the server once, which builds it again`);
  }
  const { log: logDirectory, index: indexPath } = directory;
  const { endPosition, total } = await survey(logDirectory, indexPath);
  const started = performance.now();
  const progress = new Progress('auditing', 'accounts', total);
  const parts = Math.max(1, Math.min(availableParallelism(), total));
  const sum = { accounts: 0, facts: 0, differing: [] as DifferingAccount[] };
  const add = ({ accounts, facts, differing }: AuditProgress): void => {
    sum.accounts += accounts;
    sum.facts += facts;
    sum.differing.push(...differing);
    progress.show(sum.accounts);
  };
  try {
    const shares = Array.from({ length: parts }, (_, part) => ({ logDirectory, indexPath, endPosition, part, parts }));
    await Promise.all(shares.map((share) => inThread(share, add)));
  } finally {
    progress.stop();
  }
  const factsPerSecond = Math.round((sum.facts * 1000) / Math.max(1, performance.now() - started));
  const differing = sum.differing.sort((one, other) => (one.account < other.account ? -1 : 1));
  return { position: endPosition, accounts: sum.accounts, facts: sum.facts, factsPerSecond, differing };
}

async function survey(logDirectory: string, indexPath: string): Promise<{ endPosition: number; total: number }> {
  const view = LogView.open({ logDirectory, indexPath });
  try {
    let total = 0;
    for await (const names of accountPages(view)) total += names.length;
    return { endPosition: await view.endPosition(), total };
  } finally {
    await view.close();
  }
}

function inThread(part: AuditPart, onProgress: (progress: AuditProgress) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(require.resolve('./audit.worker'), { workerData: part });
    worker.on('message', onProgress);
    worker.once('error', reject);
    worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`an audit thread ended with ${code}`))));
  });
}
