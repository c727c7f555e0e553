import { Controller, Get } from '@nestjs/common';
import type { Caller } from '../../../platform/http/caller';
import { answered, type HttpAnswer } from '../../../platform/http/http-answer';
import { Operation } from '../../../platform/http/operation';
import { CurrentCaller } from '../../../platform/http/request-parameters';
import { Many } from '../../../platform/http/request-rules';
import { KeyAnswer, keyAnswer } from '../issue-key/issue-key.http';
import { TenantDirectory } from '../tenant/tenant-directory';

class KeyList {
  @Many(() => KeyAnswer, { max: 10_000 }) readonly keys!: readonly KeyAnswer[];
}

@Controller('v1/keys')
export class KeyOverviewController {
  constructor(private readonly directory: TenantDirectory) {}

  @Get()
  @Operation({
    id: 'listKeys',
    tag: 'Keys',
    summary: 'All keys that work',
    answer: { status: 200, description: 'In the order they were issued in, without their secrets.', body: KeyList },
  })
  list(@CurrentCaller() caller: Caller): HttpAnswer {
    const { tenant, revision } = this.directory.find(caller.tenant);
    return answered({ keys: [...tenant.keys.values()].map(keyAnswer) }, revision);
  }
}
