/** `loyalty.points.*` is every type that begins with `loyalty.points.`; a type without it is itself; no pattern is all. */
export const wantsType = (patterns: readonly string[], type: string): boolean =>
  patterns.length === 0 || patterns.some((pattern) => matches(pattern, type));

export const matches = (pattern: string, type: string): boolean =>
  pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
