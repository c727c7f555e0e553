import { openPostgres } from '../../../platform/postgres/postgres';
import { temporaryDatabase } from '../../../testing/temporary-database';
import { webhookDeliveriesContract } from '../../../testing/webhook-deliveries.contract-suite';
import { openPostgresWebhookDeliveries } from './postgres-webhook-deliveries';
import type { WebhookDeliveries } from './webhook-deliveries';

webhookDeliveriesContract('PostgreSQL', async () => {
  const database = await temporaryDatabase();
  const opened: WebhookDeliveries[] = [];
  const open = async (): Promise<WebhookDeliveries> => {
    const deliveries = await openPostgresWebhookDeliveries(openPostgres({ url: database.url, name: 'suki webhooks' }));
    opened.push(deliveries);
    return deliveries;
  };
  return {
    deliveries: await open(),
    beside: open,
    async remove() {
      for (const deliveries of opened) await deliveries.close();
      await database.drop();
    },
  };
});
