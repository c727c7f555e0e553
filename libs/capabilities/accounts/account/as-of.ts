import { DateTime } from 'luxon';
import { problem } from '../../../platform/http/http-problem';
import { isLocalDay, millisecondsOf } from '../../../platform/http/instants';
import { Instant, Optional, Text } from '../../../platform/http/request-rules';
import { PositionQuery } from '../../../platform/http/read-your-write';
import { termsAt, type Terms } from '../../programmes';

/** A question about an instant: what was true then by all that is known today. An instant to come is answered too. */
export class AsOfQuery extends PositionQuery {
  @Optional()
  @Instant({ description: 'What was, or will be, true at this instant, what acts at it included; now unless said.' })
  readonly asOf?: string;
  @Optional()
  @Text({
    max: 40,
    description:
      'Instead of `asOf`: what was true strictly before an instant, or before a day, "2010-02-01": before that midnight in ' +
      'the zone of the programmes.',
  })
  readonly before?: string;
}

/**
 * The instant that is asked for, in milliseconds, inclusive; undefined = now. Throws HttpProblem 400 where both members are
 * given, or where a day is no instant because the programmes keep different zones.
 */
export function asOfIn({ asOf, before }: AsOfQuery, terms: Terms, now: number): number | undefined {
  if (asOf !== undefined && before !== undefined) throw invalid('/before', 'give asOf or before, not both');
  if (asOf !== undefined) return millisecondsOf(asOf);
  return before === undefined ? undefined : instantBefore(before, terms, now) - 1;
}

function instantBefore(before: string, terms: Terms, now: number): number {
  if (!isLocalDay(before)) {
    const at = DateTime.fromISO(before);
    if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(before) || !at.isValid) {
      throw invalid('/before', 'give a day, like 2010-02-01, or a time with its offset');
    }
    return at.toMillis();
  }
  const zones = new Set(termsAt(terms, now).map(({ document }) => document.timeZone));
  const [zone = 'UTC'] = zones;
  if (zones.size > 1) throw invalid('/before', 'the programmes keep different zones: give a time with its offset');
  return DateTime.fromISO(before, { zone }).startOf('day').toMillis();
}

const invalid = (pointer: string, detail: string): Error =>
  problem('InvalidRequest', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
