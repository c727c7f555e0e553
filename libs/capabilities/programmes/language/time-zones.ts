/** Asks the zones that Node carries; only where documents are checked, never in the fold. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const timeZones = (): readonly string[] => Intl.supportedValuesOf('timeZone');
