/** Times as requests spell them: RFC 3339 with the offset required, so that nobody guesses a zone. */
const form =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const dayForm = /^(\d{4})-(\d\d)-(\d\d)$/;

/** True for an existing moment of 1970 or later. A leap second is not one: clocks that smear never send it. */
export function isInstant(text: string): boolean {
  const parts = form.exec(text);
  return parts !== null && isDay(Number(parts[1]), Number(parts[2]), Number(parts[3])) && Date.parse(text) >= 0;
}

/** True for a day of the calendar, "YYYY-MM-DD". */
export function isLocalDay(text: string): boolean {
  const parts = dayForm.exec(text);
  return parts !== null && isDay(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

/** Milliseconds since 1970 of a text that `isInstant` accepts; finer digits are cut off. */
export const millisecondsOf = (text: string): number => Date.parse(text);

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  if (day <= 28) return true;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}
