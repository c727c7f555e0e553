import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { EventStore } from '../../platform/event-store/event-store';
import type { KeyStore } from '../../platform/keys/key-store';
import type { AddressGuard } from '../../platform/outbound/address-guard';
import { wired, type Clock } from '../../platform/wiring/tokens';
import { ChangeWebhookHandler } from './change-webhook/change-webhook.handler';
import { ChangeWebhookController } from './change-webhook/change-webhook.http';
import { DeleteWebhookHandler } from './delete-webhook/delete-webhook.handler';
import { DeleteWebhookController } from './delete-webhook/delete-webhook.http';
import { WebhookSender } from './deliveries/webhook-sender';
import { RegisterWebhookHandler } from './register-webhook/register-webhook.handler';
import { RegisterWebhookController } from './register-webhook/register-webhook.http';
import { ReplayDeliveriesHandler } from './replay-deliveries/replay-deliveries.handler';
import { ReplayDeliveriesController } from './replay-deliveries/replay-deliveries.http';
import { RotateSecretHandler } from './rotate-secret/rotate-secret.handler';
import { RotateSecretController } from './rotate-secret/rotate-secret.http';
import { TestWebhookController } from './test-webhook/test-webhook.http';
import { WebhookCommands } from './webhook/webhook-commands';
import { WebhookDirectory } from './webhook/webhook-directory';
import { WebhookOverviewController } from './webhook-overview/webhook-overview.http';

export const WEBHOOK_CONTROLLERS = [
  RegisterWebhookController,
  WebhookOverviewController,
  ChangeWebhookController,
  DeleteWebhookController,
  RotateSecretController,
  TestWebhookController,
  ReplayDeliveriesController,
];

@Module({
  imports: [CqrsModule],
  controllers: WEBHOOK_CONTROLLERS,
  providers: [
    {
      provide: WebhookDirectory,
      useFactory: (store: EventStore) => WebhookDirectory.start(store),
      inject: [wired('eventStore')],
    },
    {
      provide: WebhookSender,
      useFactory: (guard: AddressGuard, keys: KeyStore, clock: Clock) =>
        new WebhookSender({ guard, pepper: keys.pepper, clock }),
      inject: [wired('addressGuard'), wired('keyStore'), wired('clock')],
    },
    WebhookCommands,
    RegisterWebhookHandler,
    ChangeWebhookHandler,
    DeleteWebhookHandler,
    RotateSecretHandler,
    ReplayDeliveriesHandler,
  ],
})
export class WebhooksModule {}
