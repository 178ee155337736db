import { enclosingRange, ipv4 } from '../../crds/schema/address.ts';
import type { Condition, Field, FirewallRule } from './firewall-rule.ts';

/** Packets of IPv4 that a host sends, or receives for itself. */
export interface Traffic {
  readonly direction: 'in' | 'out';
  /** By name or number: a rule may have either. */
  readonly protocol: readonly string[];
  /** Where a connection is opened to. */
  readonly port?: number;
  /** Where they come from, and go to; undefined: not known. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The network device that they pass; undefined: not known, but not the loopback device. */
  readonly device?: string | undefined;
  /** Whether the host has already seen packets both ways; otherwise they are the first. */
  readonly established?: boolean;
}

/** Between two hosts; addresses as far as they are known. */
export type Between = Pick<Traffic, 'direction' | 'from' | 'to' | 'device' | 'established'>;

/** What the tunnels of the mesh carry. */
export function gre(between: Between): Traffic {
  return { ...between, protocol: ['gre', '47'] };
}

/** What keepalived sends to the other proxy. */
export function vrrp(between: Between): Traffic {
  return { ...between, protocol: ['vrrp', '112'] };
}

/** A connection to a TCP port. */
export function connection(port: number, between: Between): Traffic {
  return { ...between, port, protocol: ['tcp', '6'] };
}

/** Whether a rule matches all packets of a kind. Undefined: that is not known, or it matches some. */
export function matches({ conditions, unclear }: FirewallRule, traffic: Traffic): boolean | undefined {
  const all = [...conditions.map((one) => holds(one, traffic)), ...(unclear ? [undefined] : [])];
  if (all.includes(false)) return false;
  return all.includes(undefined) ? undefined : true;
}

function holds({ field, values, negated }: Condition, traffic: Traffic): boolean | undefined {
  const each = values.map((one) => tests[field](one, traffic));
  const any = each.includes(true) || (each.includes(undefined) ? undefined : false);
  return any === undefined ? undefined : any !== negated;
}

const tests: Readonly<Record<Field, (value: string, traffic: Traffic) => boolean | undefined>> = {
  family: (value) => value === 'ipv4',
  protocol: (value, { protocol }) => [...protocol, 'all', '0'].includes(value),
  port: (value, { port }) => port !== undefined && inRange(value, port, Number),
  from: (value, { from }) => hasAddress(value, from),
  to: (value, { to }) => hasAddress(value, to),
  kind: (value, { direction }) => (direction === 'in' ? value === 'local' : undefined),
  in: (value, { direction, device }) => (direction === 'in' ? isDevice(value, device) : false),
  out: (value, { direction, device }) => (direction === 'out' ? isDevice(value, device) : false),
  status: (value) => (value === 'dnat' || value === 'snat' ? false : undefined),
  state: (value, { established = false }) => value === (established ? 'established' : 'new'),
};

function hasAddress(value: string, address: string | undefined): boolean | undefined {
  if (value === '0.0.0.0/0') return true;
  const number = address === undefined ? undefined : ipv4(address);
  if (number === undefined) return undefined;
  const range = enclosingRange(value);
  return range ? number >= range.first && number <= range.last : inRange(value, number, ipv4);
}

/** `80` or `80-90`. Undefined: a named set, or the name of a service. */
function inRange(value: string, number: number, parse: (text: string) => number | undefined): boolean | undefined {
  const [first, last = first] = value.split('-').map(parse);
  if (first === undefined || last === undefined || Number.isNaN(first + last)) return undefined;
  return number >= first && number <= last;
}

/** Both programs take a prefix: `eth*`, `eth+`. */
function isDevice(value: string, device: string | undefined): boolean | undefined {
  if (value === 'lo') return false;
  if (device === undefined) return undefined;
  const name = device.toLowerCase();
  return /[*+]$/.test(value) ? name.startsWith(value.slice(0, -1)) : value === name;
}
