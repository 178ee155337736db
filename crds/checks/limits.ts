import type { Issue, Path } from '../issue.ts';
import { type Check, type Entry, fault } from '../load/declared.ts';
import { bytes, bytesText, millicores, millicoresText, millis, millisText } from '../schema/quantity.ts';

/** Limits that a schema cannot express: minimum, maximum and granularity of a quantity. */
interface Limit {
  readonly path: Path;
  readonly least: number;
  readonly most: number;
  /** The value must be a multiple of this. */
  readonly step: number;
  readonly read: (value: string) => number | undefined;
  readonly text: (value: number) => string;
}

const duration = (path: string, least: string, most: string, step = '1ms'): Limit => ({
  path: path.split('.'),
  least: millis(least) ?? 0,
  most: millis(most) ?? 0,
  step: millis(step) ?? 1,
  read: millis,
  text: millisText,
});
const bytesLimit = (path: string, least: string, most: string): Limit => ({
  path: path.split('.'),
  least: bytes(least) ?? 0,
  most: bytes(most) ?? 0,
  step: 1,
  read: bytes,
  text: bytesText,
});
const cpu = (path: string, least: string, most: string): Limit => ({
  path: path.split('.'),
  least: millicores(least) ?? 0,
  most: millicores(most) ?? 0,
  step: 1,
  read: millicores,
  text: millicoresText,
});

const CLUSTER = [
  duration('spec.ssh.connectTimeout', '100ms', '10m'),
  duration('spec.ssh.commandTimeout', '1s', '1h'),
  // Markers on the hosts are in whole seconds.
  duration('spec.prune.retainFor', '1s', '8760h', '1s'),
];
const TENANT = [
  bytesLimit('spec.resources.memory', '32Mi', '16Ti'),
  cpu('spec.resources.cpu', '10m', '1024'),
  bytesLimit('spec.resources.disk', '64Mi', '1024Ti'),
  bytesLimit('spec.redis.maxmemory', '1Mi', '16Ti'),
  // redis.conf takes min-replicas-max-lag in whole seconds.
  duration('spec.redis.minReplicasMaxLag', '1s', '1h', '1s'),
  duration('spec.sentinel.timings.downAfter', '100ms', '10m'),
  duration('spec.sentinel.timings.failoverTimeout', '1s', '1h'),
  duration('spec.sentinel.timings.checkInterval', '100ms', '1m'),
];
const PROXY_PAIR = [
  // RFC 5798, section 5.2.7: twelve bits of hundredths of a second.
  duration('spec.vrrp.advertInterval', '10ms', '40.95s', '10ms'),
  duration('spec.haproxy.connectTimeout', '100ms', '1m'),
  duration('spec.haproxy.clientTimeout', '1s', '24h'),
  duration('spec.haproxy.drainTimeout', '1s', '24h'),
  duration('spec.haproxy.serverTimeout', '1s', '24h'),
];

export const limits: Check = (declared) => [
  ...declared.clusters.flatMap((one) => CLUSTER.flatMap((limit) => outOfLimits(one, limit))),
  ...declared.tenants.flatMap((one) => TENANT.flatMap((limit) => outOfLimits(one, limit))),
  ...declared.proxyPairs.flatMap((one) => PROXY_PAIR.flatMap((limit) => outOfLimits(one, limit))),
];

function outOfLimits(entry: Entry<unknown>, { path, least, most, step, read, text }: Limit): readonly Issue[] {
  const given = valueAt(entry.body, path);
  if (given === undefined) return [];
  const value = read(String(given));
  if (value !== undefined && value >= least && value <= most && value % step === 0) return [];
  const multiples = step === 1 ? '' : `, in multiples of ${text(step)}`;
  const problem =
    value === undefined
      ? `${given} is too precise or too large`
      : value % step !== 0
        ? `${given} is not a multiple of ${text(step)}`
        : `${given} is too ${value < least ? 'small' : 'large'}`;
  return [fault(entry, path, problem, `use a value from ${text(least)} to ${text(most)}${multiples}`)];
}

function valueAt(value: unknown, path: Path): string | number | undefined {
  let at = value;
  for (const step of path) at = (at as Record<string, unknown> | undefined)?.[step];
  return at as string | number | undefined;
}
