import fc from 'fast-check';
import { HttpProblem } from './http-problem';
import { findJsonFault } from './json-fault';
import { parseStrictJson } from './strict-json';

const parse = (text: string): unknown => parseStrictJson(Buffer.from(text));

function problemOf(body: string | Buffer): { code: string; pointer: string | undefined } {
  try {
    parseStrictJson(Buffer.from(body as string));
  } catch (error) {
    if (error instanceof HttpProblem) return { code: error.code, pointer: error.extra.errors?.[0]?.pointer };
    throw error;
  }
  return { code: 'accepted', pointer: undefined };
}

describe('strict JSON', () => {
  it('reads every JSON value as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!/"(__proto__|constructor)"\s*:/.test(text) && !/\\ud[89a-f]/i.test(text));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['{"a":1,"a":2}', 'DuplicateMember', '/a'],
    ['{"a":{"b":1,"c":":","b":1}}', 'DuplicateMember', '/a/b'],
    ['{"a":1,"\\u0061":2}', 'DuplicateMember', '/a'],
    ['{"x":"::","a":":","a":"b:"}', 'DuplicateMember', '/a'],
    ['{"lines":[{"__proto__":{}}]}', 'ForbiddenMember', '/lines/0/__proto__'],
    ['{"constructor":1}', 'ForbiddenMember', '/constructor'],
    ['{"\\u005f_proto__":1}', 'ForbiddenMember', '/__proto__'],
    ['{"a":"\\ud800"}', 'LoneSurrogate', '/a'],
    ['{"a":"\\udc00\\ud800"}', 'LoneSurrogate', '/a'],
    ['{"a":"x', 'MalformedJson', '/a'],
    ['{"a":01}', 'MalformedJson', ''],
    ['{"a":1,}', 'MalformedJson', ''],
    ['', 'MalformedJson', ''],
    ['{} {}', 'MalformedJson', ''],
    ['\ufeff{}', 'MalformedJson', ''],
    ['[NaN]', 'MalformedJson', '/0'],
  ])('refuses %s as %s', (text, code, pointer) => {
    expect(problemOf(text)).toEqual({ code, pointer });
  });

  it('reads 32 levels and refuses the 33rd', () => {
    expect(problemOf('['.repeat(32) + ']'.repeat(32)).code).toBe('accepted');
    expect(problemOf('['.repeat(33) + ']'.repeat(33)).code).toBe('TooDeep');
    expect(problemOf('{"a":'.repeat(40) + '1' + '}'.repeat(40)).code).toBe('TooDeep');
    expect(problemOf('['.repeat(100_000)).code).toBe('TooDeep');
  });

  it('refuses raw half characters and other bytes that are not UTF-8, naming the byte', () => {
    for (const bytes of [[0xed, 0xa0, 0x80], [0xff], [0xc0, 0xaf], [0xe2, 0x82]]) {
      const body = Buffer.concat([Buffer.from('{"�":"'), Buffer.from(bytes), Buffer.from('"}')]);
      expect(problemOf(body).code).toBe('InvalidUtf8');
      expect(() => parseStrictJson(body)).toThrow('byte 8 ');
    }
  });

  it('keeps proper pairs, escaped or raw', () => {
    expect(parse('{"a":"\\ud83c\\udf66","b":"🍦"}')).toEqual({ a: '🍦', b: '🍦' });
  });

  it('finds a fault exactly where JSON.parse does', () => {
    const never = (): boolean => false;
    const noise = fc
      .array(fc.constantFrom(...'{}[]",:\\ \n019eE+-.tf', 'true', 'null', '"a"', '\\u0041', '1.5e3'), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(noise, (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const fault = findJsonFault(text, 32, never);
        expect(fault === undefined || fault.code === 'DuplicateMember').toBe(valid);
      }),
      { numRuns: 3_000 },
    );
  });
});
