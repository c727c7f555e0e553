import { Injectable } from '@nestjs/common';
import type { AccountId, TenantId } from '../../../kernel/ids';
import type { Queried, QueryDoor } from '../../../platform/read-store/read-store';
import { acrossTenants } from '../../../platform/read-store/tenant-guard';
import { Wired, type Clock } from '../../../platform/wiring/tokens';
import { AccountStreams } from '../account/account-streams';
import type { AccountLapsesRow } from './account-lapses.projection';

type Tables = { account_lapses: Queried<AccountLapsesRow> };
type DueAccount = { readonly tenant: string; readonly account: string; readonly nextDue: number };

/** Accounts looked up at a time. */
const PAGE = 500;

/**
 * Tells what time alone has done, so that the feed and the read models hear of it without a purchase. No balance rests on
 * its having run: an account that is asked counts what is due by itself.
 */
@Injectable()
export class LapseAnnouncer {
  constructor(
    private readonly accounts: AccountStreams,
    @Wired('queryDoor') private readonly query: QueryDoor,
    @Wired('clock') private readonly clock: Clock,
  ) {}

  /** Everything that is due by now, of all tenants, once; what fails is due again the next time. Answers how many accounts were told of. */
  async announceDue(signal?: AbortSignal): Promise<number> {
    const now = this.clock();
    let told = 0;
    let after: DueAccount | undefined;
    for (;;) {
      const page = await this.dueAfter(after, now);
      for (const { tenant, account, nextDue: due } of page) {
        if (signal?.aborted === true) return told;
        const result = await this.accounts.announce(tenant as TenantId, account as AccountId, { due, now });
        if (result.kind === 'recorded') told++;
      }
      after = page.at(-1);
      if (after === undefined) return told;
    }
  }

  /** In an order that announcing does not change, whether or not the read model has heard of it yet. */
  private async dueAfter(after: DueAccount | undefined, now: number): Promise<readonly DueAccount[]> {
    let select = this.query
      .withTables<Tables>()
      .selectFrom('account_lapses')
      .selectAll()
      .where('nextDue', '<=', now)
      .orderBy('nextDue')
      .orderBy('tenant')
      .orderBy('account')
      .limit(PAGE)
      .modifyEnd(acrossTenants);
    if (after !== undefined) {
      select = select.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('nextDue', 'tenant', 'account'), '>', tuple(after.nextDue, after.tenant, after.account)),
      );
    }
    const rows = await select.execute();
    return rows.flatMap(({ tenant, account, nextDue }) => (nextDue === null ? [] : [{ tenant, account, nextDue }]));
  }
}
