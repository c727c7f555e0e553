import { parentPort, workerData } from 'node:worker_threads';
import { auditPart, type AuditPart, type AuditProgress } from './audit-part';

/** One core's share of the accounts. */
void auditPart(workerData as AuditPart, (progress: AuditProgress) => parentPort?.postMessage(progress));
