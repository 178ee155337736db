/**
 * Barrier and limit of a value in the configuration (`0:131072`, `2G:2.2G`, `unlimited`), as multiples of `unit`. A number without a suffix
 * is such a multiple already; one with a suffix is in bytes, or in pages of 4096 bytes (vzctl(8), set).
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
  const bytes = suffix ? sizes[suffix.toLowerCase()] : unit;
  if (bytes === undefined) return undefined;
  const units = Math.floor((Number(number) * bytes) / unit);
  return units >= 2 ** 60 ? Number.POSITIVE_INFINITY : units;
}
