import { Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { EventStore } from '../../platform/event-store/event-store';
import { wired } from '../../platform/wiring/tokens';
import { ActivateRevisionHandler } from './activate-revision/activate-revision.handler';
import { ActivateRevisionController } from './activate-revision/activate-revision.http';
import { DraftProgrammeHandler } from './draft-programme/draft-programme.handler';
import { DraftProgrammeController } from './draft-programme/draft-programme.http';
import { ProgrammeOverviewController } from './programme-overview/programme-overview.http';
import { ProgrammeCommands } from './programme/programme-commands';
import { ProgrammeDirectory } from './programme/programme-directory';
import { PublishRevisionHandler } from './publish-revision/publish-revision.handler';
import { PublishRevisionController } from './publish-revision/publish-revision.http';

export const PROGRAMME_CONTROLLERS = [
  DraftProgrammeController,
  PublishRevisionController,
  ActivateRevisionController,
  ProgrammeOverviewController,
];

/** Global for what it offers the other capabilities: the terms. */
@Global()
@Module({
  imports: [CqrsModule],
  controllers: PROGRAMME_CONTROLLERS,
  providers: [
    {
      provide: ProgrammeDirectory,
      useFactory: (store: EventStore) => ProgrammeDirectory.start(store),
      inject: [wired('eventStore')],
    },
    { provide: wired('terms'), useExisting: ProgrammeDirectory },
    ProgrammeCommands,
    DraftProgrammeHandler,
    PublishRevisionHandler,
    ActivateRevisionHandler,
  ],
  exports: [ProgrammeDirectory, wired('terms')],
})
export class ProgrammesModule {}
