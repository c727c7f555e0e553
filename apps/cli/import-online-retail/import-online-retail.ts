import { resolve } from 'node:path';
import { readKey, runningServer } from '../data-directory';
import { CliFault } from '../cli-fault';
import { Progress } from '../progress';
import { SukiApi } from '../../../libs/client';
import { classifyInvoice } from './classify-invoice';
import { readInvoices, type Invoice } from './invoice';
import { matchReturns } from './match-returns';
import { postDocuments, type PostingReport } from './post-documents';
import { activateProgramme, ensureOutlet, withHistoryKey } from './prepare-tenant';
import { writeRejects, type RejectedInvoice } from './rejects-file';
import { writeReport } from './report';
import { documentsInOrder, shuffled, type ShopDocument } from './shop-documents';
import { importSummary, showSummary, type ImportSummary } from './summary';

export interface ImportOptions {
  readonly url?: string;
  readonly data: string;
  readonly key?: string;
  readonly programme?: string;
  readonly report?: string;
  readonly rejects: string;
  readonly tills: number;
  readonly shuffle?: number;
  readonly json?: true;
}

/** `suki import online-retail`: reads and sorts everything first, so that a broken file posts nothing. Throws `CliFault`. */
export async function importOnlineRetail(files: readonly string[], options: ImportOptions): Promise<void> {
  const purchases: Invoice[] = [];
  const broughtBack: Invoice[] = [];
  const rejected: RejectedInvoice[] = [];
  for (const file of files) {
    for (const invoice of await readInvoices(file)) {
      const kind = classifyInvoice(invoice);
      if (kind === 'purchase') purchases.push(invoice);
      else if (kind === 'return') broughtBack.push(invoice);
      else rejected.push({ invoice, reason: kind });
    }
  }
  const returns = matchReturns(purchases, broughtBack);
  const inOrder = documentsInOrder(purchases, returns);
  const documents = options.shuffle === undefined ? inOrder : shuffled(inOrder, options.shuffle);

  const keyFile = options.key ?? resolve(options.data, 'keys', 'local-admin.key');
  const url = options.url ?? (await runningServer(options.data));
  if (url === undefined) {
    throw new CliFault('unavailable', `no server runs on ${options.data}: start it, or say where one is with --url`);
  }
  const adminApi = new SukiApi(url, await readKey(keyFile));
  if (options.programme !== undefined) await activateProgramme(adminApi, options.programme);
  const api = await withHistoryKey(adminApi, keyFile);
  await ensureOutlet(api);
  await writeRejects(options.rejects, rejected, []);

  const posting = await postWithProgress(api, documents, options.tills);
  if (posting.refused.length > 0) await writeRejects(options.rejects, rejected, posting.refused);
  if (options.report !== undefined) await writeReport(api, options.report, { purchases, returns, posting });

  const summary = importSummary(purchases, returns, countByReason(rejected), posting);
  showSummary(summary, options);
  if (posting.refused.length > 0) {
    const first = posting.refused[0];
    throw new CliFault(
      'refused',
      `${posting.refused.length} documents were refused, the first one ${first?.invoice.number}: ${first?.code}: ${first?.detail}; all are in ${options.rejects}`,
    );
  }
}

async function postWithProgress(
  api: SukiApi,
  documents: readonly ShopDocument[],
  tills: number,
): Promise<PostingReport> {
  const progress = new Progress('posting', 'documents', documents.length);
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let posted = 0;
  try {
    return await postDocuments(api, documents, {
      tillsAtWork: tills,
      signal: stopping.signal,
      onPosted: () => progress.show((posted += 1)),
    });
  } finally {
    progress.stop();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function countByReason(rejected: readonly RejectedInvoice[]): ImportSummary['rejected'] {
  const counts = { 'guest-return': 0, 'odd-return': 0, 'bad-debt': 0, 'write-off': 0, 'price-0-only': 0 };
  for (const { reason } of rejected) counts[reason] += 1;
  return counts;
}
