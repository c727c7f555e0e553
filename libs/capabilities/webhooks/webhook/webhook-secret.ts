import { createHmac } from 'node:crypto';
import type { StreamName } from '../../../kernel/ids';

/**
 * The secret of a webhook as Standard Webhooks writes it: 256 bits derived from the pepper, the stream (tenant and id) and which
 * of its secrets it is. So none is stored, and every process that has the pepper signs alike.
 */
export const webhookSecret = (pepper: Buffer, webhook: StreamName, secret: number): string =>
  `whsec_${createHmac('sha256', pepper).update(`webhook-secret/${webhook}/${secret}`).digest('base64')}`;
