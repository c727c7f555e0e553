import { HttpProblem } from '../../../platform/http/http-problem';
import { programme, terms } from '../../../testing/rule-sketches';
import { asOfIn } from './as-of';

const inZones = (...zones: readonly string[]) =>
  terms(
    Object.fromEntries(
      zones.map((timeZone, index) => [`p${index}`, { '1970-01-01': programme({ timeZone, rules: [] }) }]),
    ),
  );
const now = Date.parse('2026-03-01T00:00:00Z');
const manila = inZones('Asia/Manila', 'Asia/Manila');

const asked = (question: { readonly asOf?: string; readonly before?: string }, under = manila): string | undefined => {
  const at = asOfIn(question, under, now);
  return at === undefined ? undefined : new Date(at).toISOString();
};

function refusalOf(question: { readonly asOf?: string; readonly before?: string }, under = manila): unknown {
  try {
    asked(question, under);
  } catch (error) {
    if (error instanceof HttpProblem) return [error.status, error.detail, error.extra.errors];
  }
  return undefined;
}

describe('the instant a question is about', () => {
  it('is now, unless said', () => expect(asked({})).toBeUndefined());

  it('is the one that is given, inclusive', () => {
    expect(asked({ asOf: '2026-02-01T10:00:00+08:00' })).toBe('2026-02-01T02:00:00.000Z');
  });

  it('is the last one before another, or before a day by the calendar of the programmes', () => {
    expect(asked({ before: '2026-02-01T10:00:00+08:00' })).toBe('2026-02-01T01:59:59.999Z');
    expect(asked({ before: '2026-02-01T02:00:00Z' })).toBe('2026-02-01T01:59:59.999Z');
    expect(asked({ before: '2026-02-01' })).toBe('2026-01-31T15:59:59.999Z');
    expect(asked({ before: '2026-02-01' }, terms({}))).toBe('2026-01-31T23:59:59.999Z');
  });

  it('is one only: both members are refused', () => {
    const both = { asOf: '2026-02-01T10:00:00Z', before: '2026-02-01' };
    const detail = 'give asOf or before, not both';
    expect(refusalOf(both)).toEqual([400, `/before ${detail}`, [{ pointer: '/before', detail }]]);
  });

  it('is none without an offset, where the time is no time, or where programmes keep different days', () => {
    for (const before of ['2026-02-01T10:00:00', '2026-02-01T25:00:00Z', 'noon', 'xT10:00Z', '2026-02-01T10:00:00Z?']) {
      expect(refusalOf({ before })).toMatchObject([
        400,
        '/before give a day, like 2010-02-01, or a time with its offset',
        [{ pointer: '/before' }],
      ]);
    }
    expect(refusalOf({ before: '2026-02-01' }, inZones('Asia/Manila', 'UTC'))).toMatchObject([
      400,
      '/before the programmes keep different zones: give a time with its offset',
      [{ pointer: '/before' }],
    ]);
    expect(asked({ before: '2026-02-01T00:00:00Z' }, inZones('Asia/Manila', 'UTC'))).toBe('2026-01-31T23:59:59.999Z');
  });
});
