import type { Subject } from '../drift.ts';
import { marks } from '../marks.ts';
import type { OvsBridge, OvsPort } from '../questions/ovs.ts';
import type { OvsOperation } from '../verbs/ovs-transaction.ts';
import type { DesiredMesh, TenantPort, Tunnel } from './desired.ts';

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

export function bridgeFindings(
  { subject, bridge: want, tenants }: DesiredMesh,
  have: OvsBridge | undefined,
  elsewhere: readonly OvsBridge[],
): readonly Finding[] {
  const operations: readonly OvsOperation[] = [
    { op: 'bridge', bridge: want.name, datapath: want.datapath, marks: want.marks },
  ];
  const finding = (field: string, wanted: string, had: string, rest: Partial<Finding> = {}): Finding => ({
    subject,
    field,
    want: wanted,
    have: had,
    hurts: tenants,
    operations,
    ...rest,
  });
  const other = elsewhere.find((one) => one.marks[marks.ovsCluster] === want.marks[marks.ovsCluster]);
  if (!have && other) {
    // Containers would follow to the new bridge, and the tunnels stay behind on the old one: every tenant cut off.
    const stop = `bridge ${other.name} of this Cluster carries its tenants: put that name back into spec.mesh.bridge; renaming is not supported`;
    return [finding(`Bridge ${want.name}`, 'there', `${other.name} is there instead`, { operations: [], stop })];
  }
  if (!have) return [finding(`Bridge ${want.name}`, 'there', 'not there')];
  const owner = have.marks[marks.ovsCluster];
  if (owner !== want.marks[marks.ovsCluster]) {
    const stop = `a bridge of this name is there that is ${owner ? `another Cluster's (${owner})` : 'not ours'}: name another in spec.mesh.bridge, or remove it`;
    return [
      finding(`Bridge ${want.name} owner`, String(want.marks[marks.ovsCluster]), owner ?? 'nobody we know', {
        operations: [],
        stop,
      }),
    ];
  }
  const findings: Finding[] = [];
  if (have.datapathType !== want.datapath)
    findings.push(finding(`Bridge ${want.name} datapath_type`, want.datapath, have.datapathType || 'system'));
  if (!have.datapathId) {
    const stop =
      'the datapath could not be opened (see ovs-vswitchd.log): load the openvswitch module, or declare spec.mesh.datapath: netdev';
    findings.push(finding(`Bridge ${want.name} datapath_id`, 'one', 'none', { operations: [], stop }));
  }
  return findings;
}

export function tunnelFindings(
  desired: DesiredMesh,
  tunnel: Tunnel,
  bridge: OvsBridge | undefined,
  elsewhere: readonly OvsBridge[],
): readonly Finding[] {
  const { subject, port: name, remote, key, peer } = tunnel;
  const base = { subject, hurts: desired.tenants };
  if (!remote)
    return [
      {
        ...base,
        field: `Port ${name}`,
        want: `GRE to ${peer}`,
        have: 'address not known',
        operations: [],
        later: `instance/${peer} is not seen`,
      },
    ];
  const want = {
    op: 'tunnel',
    bridge: desired.bridge.name,
    port: name,
    remote,
    key,
    marks: desired.bridge.marks,
  } as const;
  const fields: readonly Field[] = [
    ['type', 'gre', (port) => port.type],
    ['options:remote_ip', remote, (port) => port.options['remote_ip'] ?? 'none'],
    ['options:key', String(key), (port) => port.options['key'] ?? 'none'],
    ['protected', 'true', (port) => String(port.protected)],
    ['tag', 'none', (port) => (port.tag === undefined ? 'none' : String(port.tag))],
  ];
  return compare(base, want, fields, bridge, elsewhere);
}

export function portFindings(
  desired: DesiredMesh,
  wanted: TenantPort,
  bridge: OvsBridge | undefined,
  elsewhere: readonly OvsBridge[],
): readonly Finding[] {
  const { subject, tenant, port: name, tag, mtu } = wanted;
  const owner = { ...desired.bridge.marks, [marks.ovsTenant]: tenant };
  const want = { op: 'internal', bridge: desired.bridge.name, port: name, tag, mtu, marks: owner } as const;
  const fields: readonly Field[] = [
    ['type', 'internal', (port) => port.type],
    ['tag', String(tag), (port) => (port.tag === undefined ? 'none' : String(port.tag))],
    ['mtu_request', String(mtu), (port) => String(port.mtuRequest ?? 'none')],
  ];
  return compare({ subject, hurts: [tenant] }, want, fields, bridge, elsewhere);
}

type Field = readonly [name: string, want: string, have: (port: OvsPort) => string];
type PortOperation = Extract<OvsOperation, { op: 'tunnel' | 'internal' }>;

function compare(
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
  return findings;
}
