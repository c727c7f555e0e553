import { accept, refuse, type Decision } from '../../../kernel/decision';
import { currencyExponent } from '../../../kernel/money';
import type { Outlet, OutletSet } from '../tenant/tenant.events';
import type { Tenant } from '../tenant/tenant.state';

export interface SetOutlet {
  readonly outlet: Outlet;
  /** Whether the time zone is one that calendars know. */
  readonly timeZoneKnown: boolean;
}

export type SetOutletRefusal = 'TimeZoneUnknown' | 'CurrencyUnknown' | 'NumberingFixed';

/** Everything about an outlet may change but how its tills number receipts: that is part of what makes a receipt unique. */
export function setOutlet({ outlet, timeZoneKnown }: SetOutlet, tenant: Tenant): Decision<OutletSet, SetOutletRefusal> {
  if (!timeZoneKnown) {
    const detail = `${outlet.timeZone} is no time zone of the IANA database, like Asia/Manila`;
    return refuse('TimeZoneUnknown', detail, [{ pointer: '/timeZone', detail }]);
  }
  if (currencyExponent(outlet.currency) === undefined) {
    const detail = `${outlet.currency} is no currency of ISO 4217, like PHP`;
    return refuse('CurrencyUnknown', detail, [{ pointer: '/currency', detail }]);
  }
  const known = tenant.outlets.get(outlet.outlet);
  if (known !== undefined && known.numbering !== outlet.numbering) {
    const detail = `the tills of ${outlet.outlet} number their receipts "${known.numbering}"; that cannot be changed`;
    return refuse('NumberingFixed', detail, [{ pointer: '/numbering', detail: `send "${known.numbering}"` }]);
  }
  return accept<OutletSet>({ type: 'OutletSet', version: 1, data: outlet });
}
