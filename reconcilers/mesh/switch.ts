import type { Subject } from '../drift.ts';
import { marks } from '../marks.ts';
import type { OvsBridge, OvsPort } from '../questions/ovs.ts';
import type { OvsOperation } from '../verbs/ovs-transaction.ts';

/** One difference in Open vSwitch, with what would mend it; `stop`: a person must; `later`: its turn comes. */
export interface Finding {
  readonly subject: Subject;
  readonly field: string;
  readonly want: string;
  readonly have: string;
  readonly hurts: readonly string[];
  readonly operations: readonly OvsOperation[];
  readonly stop?: string;
  readonly later?: string;
}

export type Field = readonly [name: string, want: string, have: (port: OvsPort) => string];
type PortOperation = Extract<OvsOperation, { op: 'tunnel' | 'internal' }>;

/** What differs between a port as it is and as `want` would make it, by `fields`. */
export function compare(
  base: Pick<Finding, 'subject' | 'hurts'>,
  want: PortOperation,
  fields: readonly Field[],
  bridge: OvsBridge | undefined,
  elsewhere: readonly OvsBridge[],
): readonly Finding[] {
  const operations = [want];
  const name = `Port ${want.port}`;
  const other = elsewhere.find((one) => one.ports.some((port) => port.name === want.port));
  if (other)
    return [
      {
        ...base,
        field: name,
        want: `on ${want.bridge}`,
        have: `on ${other.name}`,
        operations: [],
        stop: `it is on bridge ${other.name}, and not ours to move: remove it there`,
      },
    ];
  const port = bridge?.ports.find((one) => one.name === want.port);
  if (!port) return [{ ...base, field: name, want: 'there', have: 'not there', operations }];
  const cluster = want.marks[marks.ovsCluster];
  if (port.marks[marks.ovsCluster] !== cluster) {
    const stop = 'a port of this name is there that is not ours: remove or rename it';
    return [
      {
        ...base,
        field: `${name} owner`,
        want: String(cluster),
        have: port.marks[marks.ovsCluster] ?? 'nobody we know',
        operations: [],
        stop,
      },
    ];
  }
  const differing = fields.filter(([, wanted, have]) => have(port) !== wanted);
  const findings = differing.map(
    ([field, wanted, have]): Finding => ({
      ...base,
      field: `${name} ${field}`,
      want: wanted,
      have: have(port),
      operations,
    }),
  );
  // ovs-vsctl exits 0 when vswitchd could not realise a port: only the row's own error says so.
  if (!findings.length && port.error)
    return [
      {
        ...base,
        field: `${name} error`,
        want: 'none',
        have: port.error,
        operations: [],
        stop: `vswitchd could not set it up: ${port.error}`,
      },
    ];
  if (!findings.length && port.ofport === undefined)
    return [
      {
        ...base,
        field: `${name} ofport`,
        want: 'one',
        have: 'none yet',
        operations: [],
        later: 'ovs-vswitchd has not set it up yet',
      },
    ];
  if (!findings.length && !isRealised(port))
    return [
      {
        ...base,
        field: `${name} ofport`,
        want: 'one',
        have: String(port.ofport),
        operations: [],
        stop: 'vswitchd could not set it up, and does not say why here: see ovs-vswitchd.log on the host',
      },
    ];
  return findings;
}

/** Whether vswitchd made of the port what was asked of it. OpenFlow numbers ports from 1 (`ofport` in ovs-vswitchd.conf.db(5)). */
export function isRealised({ ofport, error }: OvsPort): boolean {
  return ofport !== undefined && ofport >= 1 && !error;
}
