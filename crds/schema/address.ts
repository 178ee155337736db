/** IPv4 addresses and ranges as numbers, for the checks that compare them. */

export interface Range {
  /** First address: the network address. */
  readonly first: number;
  /** Last address: the broadcast address. */
  readonly last: number;
  readonly prefixLength: number;
}

/** `10.0.0.1` to a number; undefined for anything else, leading zeros included (they read as octal elsewhere). */
export function ipv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}

/** `10.0.0.0/24` to its range; undefined for anything else, and if bits are set after the prefix. */
export function cidr(text: string): Range | undefined {
  const range = enclosingRange(text);
  return range !== undefined && ipv4(text.split('/')[0] ?? '') === range.first ? range : undefined;
}

/** The range that contains `10.0.0.5/24`. */
export function enclosingRange(text: string): Range | undefined {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const number = ipv4(address);
  if (rest.length > 0 || number === undefined || !/^(?:[0-9]|[12]\d|3[0-2])$/.test(prefix)) return undefined;
  const prefixLength = Number(prefix);
  const size = 2 ** (32 - prefixLength);
  const first = number - (number % size);
  return { first, last: first + size - 1, prefixLength };
}

export function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

export function rangeText(range: Range): string {
  return `${ipv4Text(range.first)}/${range.prefixLength}`;
}

export function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

export function contains(range: Range, address: number): boolean {
  return range.first <= address && address <= range.last;
}

/** Whether a URL is of a file on the host itself, or of an address in a private range (RFC 1918), which needs no way to the internet. */
export function isPrivateUrl(url: string): boolean {
  return /^(file:|https?:\/\/(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)[\d.]+[:/])/.test(url);
}
