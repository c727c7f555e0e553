import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webhookDeliveriesContract } from '../../../testing/webhook-deliveries.contract-suite';
import { openSqliteWebhookDeliveries } from './sqlite-webhook-deliveries';
import type { WebhookDeliveries } from './webhook-deliveries';

webhookDeliveriesContract('SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'suki-webhooks-'));
  const opened: WebhookDeliveries[] = [];
  const open = async (): Promise<WebhookDeliveries> => {
    const deliveries = openSqliteWebhookDeliveries(join(directory, 'webhooks.db'));
    opened.push(deliveries);
    return deliveries;
  };
  return {
    deliveries: await open(),
    beside: open,
    async remove() {
      for (const deliveries of opened) await deliveries.close();
      rmSync(directory, { recursive: true });
    },
  };
});
