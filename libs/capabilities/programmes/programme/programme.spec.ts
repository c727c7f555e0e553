import type { Decision } from '../../../kernel/decision';
import { onePointPer, programme } from '../../../testing/rule-sketches';
import { activateRevision } from '../activate-revision/activate-revision.decide';
import { draftProgramme } from '../draft-programme/draft-programme.decide';
import { publishRevision } from '../publish-revision/publish-revision.decide';
import type { ProgrammeEvent } from './programme.events';
import { evolveProgramme } from './programme.ledger';
import { initialProgramme, revisionInForce, type Programme } from './programme.state';
import { programmeTimeline, termsAt, termsOf } from './terms';
import { compileZone, storedZone } from './zone-table';

const document = programme({ rules: [onePointPer('1.00')] });
const doubled = programme({ rules: [onePointPer('0.50')] });
const now = Date.parse('2026-11-20T00:00:00Z');
const inMinutes = (minutes: number) => now + minutes * 60_000;

const drafted: ProgrammeEvent = { type: 'ProgrammeDrafted', version: 1, data: { document } };
const published = (revision: number, of = document): ProgrammeEvent => ({
  type: 'ProgrammeRevisionPublished',
  version: 1,
  data: { revision, document: of, zone: storedZone(of.timeZone) },
});
const activated = (revision: number, effectiveFrom: number, opening: number | null = null): ProgrammeEvent => ({
  type: 'ProgrammeActivated',
  version: 1,
  data: { revision, effectiveFrom, opening },
});

const publish = (programme: Programme) => publishRevision(programme, storedZone);
const given = (...events: readonly ProgrammeEvent[]): Programme => events.reduce(evolveProgramme, initialProgramme);
const codeOf = (decision: Decision<ProgrammeEvent>) => (decision.kind === 'refused' ? decision.code : 'accepted');
const activate = (programme: Programme, revision: number, effectiveFrom: number, accountsOpened = false) =>
  activateRevision({ revision, effectiveFrom, now, accountsOpened, openings: 3 }, programme);

describe('a programme', () => {
  it('is drafted as often as its owner likes, and only when it is valid', () => {
    expect(draftProgramme({ document })).toEqual({ kind: 'accepted', facts: [drafted] });
    expect(draftProgramme({ document: { ...document, currency: 'PESO' } })).toMatchObject({
      code: 'ProgrammeInvalid',
      errors: [{ pointer: '/currency' }],
    });
  });

  it('publishes its draft as the next revision, once', () => {
    expect(publish(given(drafted))).toEqual({ kind: 'accepted', facts: [published(1)] });
    expect(publish(given(drafted, published(1), drafted))).toEqual({ kind: 'accepted', facts: [published(2)] });
    expect(codeOf(publish(given()))).toBe('NothingDrafted');
    expect(codeOf(publish(given(drafted, published(1))))).toBe('NothingDrafted');
  });

  it('activates a published revision forwards, by five minutes or more', () => {
    const first = given(published(1), published(2), activated(1, 0, 0));
    expect(activate(first, 2, inMinutes(5))).toEqual({ kind: 'accepted', facts: [activated(2, inMinutes(5))] });
    expect(codeOf(activate(first, 2, inMinutes(5) - 1))).toBe('ActivationTooEarly');
    expect(codeOf(activate(first, 3, inMinutes(5)))).toBe('RevisionUnknown');
    expect(codeOf(activate(first, 0, inMinutes(5)))).toBe('RevisionUnknown');
    expect(codeOf(activate(first, 1, inMinutes(5)))).toBe('RevisionAlreadyActive');
  });

  it('goes back to 1970 with its first activation, while no account of the tenant holds a fact', () => {
    expect(activate(given(published(1)), 1, 0)).toEqual({ kind: 'accepted', facts: [activated(1, 0, 3)] });
    expect(codeOf(activate(given(published(1)), 1, -1))).toBe('ActivationTooEarly');
    expect(codeOf(activate(given(published(1)), 1, inMinutes(4), true))).toBe('AccountsOpened');
    expect(codeOf(activate(given(published(1)), 1, inMinutes(5), true))).toBe('accepted');
    expect(codeOf(activate(given(published(1), published(2), activated(1, inMinutes(60))), 2, 0))).toBe(
      'ActivationTooEarly',
    );
  });

  it('is in force by the latest effectiveFrom; of two from one instant the one recorded later counts', () => {
    const events = [published(1), published(2, doubled), activated(1, 0), activated(2, 1000), activated(1, 500)];
    const inForce = (at: number, more: readonly ProgrammeEvent[] = []) => {
      const history = [...events, ...more];
      const revision = termsAt(termsOf([programmeTimeline('main', history, compileZone)]), at)[0]?.revision ?? null;
      expect(revisionInForce(given(...history), at)).toBe(revision);
      return revision;
    };
    expect([-1, 0, 499, 500, 999, 1000, 9999].map((at) => inForce(at))).toEqual([null, 1, 1, 1, 1, 2, 2]);
    expect(inForce(1000, [activated(1, 1000)])).toBe(1);
  });

  it('S35 stands beside others of its tenant in the order of their ids', () => {
    const timeline = (id: string, from: number) =>
      programmeTimeline(id, [published(1), activated(1, from)], compileZone);
    const all = termsOf([timeline('y', 10), timeline('x', 20), timeline('a.b', 0)]);
    const at = (instant: number) => termsAt(all, instant).map(({ programme: id }) => id);
    expect([at(-1), at(5), at(10), at(20)]).toEqual([[], ['a.b'], ['a.b', 'y'], ['a.b', 'x', 'y']]);
  });

  it('S6 keeps the calendar of the day it was published on; a revision of before that has this machine’s', () => {
    const expiring = programme({
      rules: [onePointPer('1.00')],
      expiry: { kind: 'fixed', after: { unit: 'day', count: 1 } },
    });
    const zone = { name: 'Asia/Manila', transitions: [[0, 540]] as const, hash: '' };
    const expiry = (data: Extract<ProgrammeEvent, { type: 'ProgrammeRevisionPublished' }>['data']) => {
      const event: ProgrammeEvent = { type: 'ProgrammeRevisionPublished', version: 1, data };
      const timeline = programmeTimeline('main', [event, activated(1, 0)], compileZone);
      return termsAt(termsOf([timeline]), now)[0]?.wallets[0]?.expiresAt(now);
    };
    expect(expiry({ revision: 1, document: expiring, zone })).toBe(Date.parse('2026-11-22T00:00:00+09:00'));
    expect(expiry({ revision: 1, document: expiring })).toBe(Date.parse('2026-11-22T00:00:00+08:00'));
  });
});
