/** A block of IPv4 addresses: the first one, as a number, and its prefix length. */
export interface Cidr {
  readonly first: number;
  readonly bits: number;
}

/** Parses `10.80.1.0/24`; host bits are cleared, as EC2 does. Undefined if it is not a CIDR block. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', bits = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  const number = parseAddress(address);
  if (number === undefined || Number(bits) > 32) return undefined;
  return { first: number - (number % sizeOf(Number(bits))), bits: Number(bits) };
}

/** Parses `10.80.1.11` as a number; undefined if it is not an IPv4 address. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

export function cidrText({ first, bits }: Cidr): string {
  return `${addressText(first)}/${bits}`;
}

/** The number of addresses in a block with this prefix length. */
export function sizeOf(bits: number): number {
  return 2 ** (32 - bits);
}

export function contains(cidr: Cidr, address: number): boolean {
  return address >= cidr.first && address < cidr.first + sizeOf(cidr.bits);
}

export function overlap(a: Cidr, b: Cidr): boolean {
  return contains(a, b.first) || contains(b, a.first);
}

/** Whether `outer` contains all of `inner`. */
export function covers(outer: Cidr, inner: Cidr): boolean {
  return outer.bits <= inner.bits && contains(outer, inner.first);
}

/** The parsed block, for the lab's own values; throws if it is not a CIDR block. */
export function knownCidr(text: string): Cidr {
  const found = parseCidr(text);
  if (found === undefined) throw new Error(`${text} is not a CIDR block`);
  return found;
}
