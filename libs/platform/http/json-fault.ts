/**
 * Reads JSON (RFC 8259) character by character to say what is wrong and where. Slow and exact; it runs only on bodies that
 * the quick checks of `strict-json.ts` could not clear.
 */
export interface JsonFault {
  readonly code: 'MalformedJson' | 'DuplicateMember' | 'ForbiddenMember' | 'LoneSurrogate' | 'TooDeep';
  readonly detail: string;
  /** RFC 6901, of the innermost value that was being read. */
  readonly pointer: string;
  /** Characters (UTF-16 code units) before the fault. */
  readonly position: number;
}

export function findJsonFault(
  text: string,
  depthLimit: number,
  isForbidden: (name: string) => boolean,
): JsonFault | undefined {
  try {
    new JsonScanner(text, depthLimit, isForbidden).document();
    return undefined;
  } catch (error) {
    if (error instanceof FaultFound) return error.fault;
    throw error;
  }
}

class FaultFound extends Error {
  constructor(readonly fault: JsonFault) {
    super(fault.detail);
  }
}

const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escapes = '"\\/bfnrt';
// With the flag u a proper pair is one character, so only a half matches.
const loneSurrogate = /\p{Surrogate}/u;

class JsonScanner {
  private position = 0;
  private readonly path: string[] = [];

  constructor(
    private readonly text: string,
    private readonly depthLimit: number,
    private readonly isForbidden: (name: string) => boolean,
  ) {}

  document(): void {
    this.value(1);
    this.space();
    if (this.position < this.text.length) this.fail('MalformedJson', 'nothing may follow the value');
  }

  private value(depth: number): void {
    this.space();
    const first = this.text[this.position];
    if (first === '{' || first === '[') {
      if (depth > this.depthLimit) this.fail('TooDeep', `at most ${this.depthLimit} levels are read`);
      if (first === '{') this.object(depth);
      else this.array(depth);
    } else if (first === '"') {
      this.string();
    } else if (first === undefined) {
      this.fail('MalformedJson', 'the text ends where a value should be');
    } else if (!this.word('true') && !this.word('false') && !this.word('null')) {
      this.number();
    }
  }

  private object(depth: number): void {
    const names = new Set<string>();
    this.position++;
    this.space();
    if (this.skip('}')) return;
    do {
      this.space();
      const start = this.position;
      if (this.text[start] !== '"') this.fail('MalformedJson', 'a member starts with its name in quotes');
      const name = this.string();
      this.path.push(name);
      if (this.isForbidden(name)) this.fail('ForbiddenMember', `the name ${name} is never accepted`, start);
      if (names.has(name)) this.fail('DuplicateMember', `the name ${name} stands twice in one object`, start);
      names.add(name);
      this.space();
      if (!this.skip(':')) this.fail('MalformedJson', 'a colon follows the name of a member');
      this.value(depth + 1);
      this.path.pop();
      this.space();
    } while (this.skip(','));
    if (!this.skip('}')) this.fail('MalformedJson', 'a comma or } follows a member');
  }

  private array(depth: number): void {
    let index = 0;
    this.position++;
    this.space();
    if (this.skip(']')) return;
    do {
      this.path.push(String(index++));
      this.value(depth + 1);
      this.path.pop();
      this.space();
    } while (this.skip(','));
    if (!this.skip(']')) this.fail('MalformedJson', 'a comma or ] follows an item');
  }

  private string(): string {
    const start = this.position++;
    for (;;) {
      const character = this.text[this.position];
      if (character === undefined) this.fail('MalformedJson', 'the string has no end', start);
      if (character === '"') break;
      if (character < ' ') this.fail('MalformedJson', 'control characters in strings are escaped');
      if (character === '\\') this.escape();
      else this.position++;
    }
    this.position++;
    const value = JSON.parse(this.text.slice(start, this.position)) as string;
    if (loneSurrogate.test(value)) this.fail('LoneSurrogate', 'the string holds half of a surrogate pair', start);
    return value;
  }

  private escape(): void {
    const kind = this.text[this.position + 1];
    if (kind === 'u' && /^[0-9a-fA-F]{4}$/.test(this.text.slice(this.position + 2, this.position + 6))) {
      this.position += 6;
    } else if (kind !== undefined && escapes.includes(kind)) {
      this.position += 2;
    } else {
      this.fail('MalformedJson', 'there is no such escape');
    }
  }

  private number(): void {
    numberForm.lastIndex = this.position;
    const match = numberForm.exec(this.text);
    if (match === null) this.fail('MalformedJson', 'a value is expected here');
    this.position += match[0].length;
  }

  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.position)) return false;
    this.position += word.length;
    return true;
  }

  private skip(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private space(): void {
    while (' \t\n\r'.includes(this.text[this.position] ?? 'x')) this.position++;
  }

  private fail(code: JsonFault['code'], detail: string, position = this.position): never {
    const pointer = this.path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    throw new FaultFound({ code, detail, pointer, position });
  }
}
