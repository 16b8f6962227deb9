import { randomBytes } from 'node:crypto';

/** `20260131T120000Z-1a2b`: a time in UTC, to the second, and four hex digits. Sorted as text, they are sorted by time. */
const ID = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]{4}$/;

/** An id of a backup (the time at which its dump was finished) or of a proof. */
export function newId(time: Date, random = randomBytes(2).toString('hex')): string {
  return `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${random}`;
}

/** The time in an id, or undefined: it is none, or names a time that there is not, such as a 31st of February. */
export function timeOf(id: string): Date | undefined {
  const [, year, month, day, hour, minute, second] = ID.exec(id) ?? [];
  if (!year) return undefined;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) || newId(time, id.slice(-4)) !== id ? undefined : time;
}
