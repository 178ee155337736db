/**
 * Quantities in Kubernetes notation: bytes (`256Mi`), CPU (`500m`) and durations (`200ms`), read into integers and
 * written back. Reading returns undefined for anything else, including fractions of a byte or a millisecond.
 */

const BYTES = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
} as const;
const MILLIS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `256Mi` or `1048576` to bytes. */
export function bytes(quantity: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|k|M|G|T)?$/.exec(String(quantity));
  if (match === null) return undefined;
  const [, amount = '', unit] = match;
  return whole(amount, unit === undefined ? 1 : BYTES[unit as keyof typeof BYTES]);
}

/** `500m` or `2` to thousandths of a core. */
export function millicores(quantity: string | number): number | undefined {
  const match = /^(?:(\d+)m|(\d+(?:\.\d{1,3})?))$/.exec(String(quantity));
  if (match === null) return undefined;
  return match[1] === undefined ? whole(match[2] ?? '', 1000) : whole(match[1], 1);
}

/** `1h30m`, `2s` or `200ms` to milliseconds. */
export function millis(duration: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(duration)) return undefined;
  let sum = 0;
  for (const [, amount = '', unit] of duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    const part = whole(amount, MILLIS[unit as keyof typeof MILLIS]);
    if (part === undefined) return undefined;
    sum += part;
  }
  return Number.isSafeInteger(sum) ? sum : undefined;
}

/** The shortest exact notation of a number of bytes: `256Mi`. */
export function bytesText(count: number): string {
  for (const unit of ['Ti', 'Gi', 'Mi', 'Ki'] as const) {
    if (count > 0 && count % BYTES[unit] === 0) return `${count / BYTES[unit]}${unit}`;
  }
  return String(count);
}

/** `500m`, or `2` for whole cores. */
export function millicoresText(thousandths: number): string {
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

/** The largest unit that is exact: `90m`, `2s`, `200ms`. */
export function millisText(milliseconds: number): string {
  for (const unit of ['h', 'm', 's'] as const) {
    if (milliseconds > 0 && milliseconds % MILLIS[unit] === 0) return `${milliseconds / MILLIS[unit]}${unit}`;
  }
  return `${milliseconds}ms`;
}

/** Decimal digits times a factor, in integers: 0.1 is not a binary fraction, and a limit must not be off by one. */
function whole(amount: string, factor: number): number | undefined {
  const [integer = '', fraction = ''] = amount.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const product = BigInt(integer + fraction) * BigInt(factor);
  if (product % scale !== 0n) return undefined;
  const value = Number(product / scale);
  return Number.isSafeInteger(value) ? value : undefined;
}
