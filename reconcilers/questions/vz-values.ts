/**
 * Barrier and limit of a value as the file has it, in units of which a bare number counts one (`0:131072`, `2G:2.2G`, `unlimited`).
 * Suffixes: vzctl(8), set.
 */
export function pairOf(value: string | undefined, unit: number): readonly [number, number] | undefined {
  const [first = '', second = first] = (value ?? '').split(':');
  const [barrier, limit] = [numberOf(first, unit), numberOf(second, unit)];
  return barrier === undefined || limit === undefined ? undefined : [barrier, limit];
}

const sizes: Readonly<Record<string, number>> = { b: 1, p: 4096, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

function numberOf(word: string, unit: number): number | undefined {
  if (word.toLowerCase() === 'unlimited') return Number.POSITIVE_INFINITY;
  const [, number, suffix] = /^(\d+(?:\.\d+)?)([a-z]?)$/i.exec(word) ?? [];
  if (number === undefined) return undefined;
  const octets = suffix ? sizes[suffix.toLowerCase()] : unit;
  if (octets === undefined) return undefined;
  const counted = Math.floor((Number(number) * octets) / unit);
  return counted >= 2 ** 60 ? Number.POSITIVE_INFINITY : counted;
}
