import type { OvsBridge, OvsPort } from '../reconcilers/facts/ovs/ovs.ts';
import type { OvsOperation } from '../reconcilers/operations/actions.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { exited, succeeded } from './answer.ts';
import { copyOf } from './copy.ts';
import { addLink, dropLink } from './links.ts';
import { hasProgram } from './packages.ts';
import { type HostWorld, OperationFailed, type Writable } from './world.ts';

type Bridge = Writable<OvsBridge>;
type Port = Writable<OvsPort>;

/** Under either name, depending on the distribution. */
export const ovsUnits = ['openvswitch-switch.service', 'openvswitch.service'] as const;
export const noOvs = 'ovs-vsctl: unix:/var/run/openvswitch/db.sock: database connection failed';

export function ovsRuns(host: HostWorld): boolean {
  return ovsUnits.some((unit) => host.units[unit]?.active === 'active');
}

/** One transaction: all or nothing. */
export function transact(host: HostWorld, operations: readonly OvsOperation[]): void {
  if (!ovsRuns(host)) throw new OperationFailed(noOvs);
  const before = copyOf({ ovs: host.ovs, links: host.links });
  try {
    for (const operation of operations) operate(host, operation);
  } catch (error) {
    Object.assign(host, before);
    throw error;
  }
}

/** One operation of ovs-vsctl: it sets columns. `stepOvs` simulates vswitchd. */
function operate(host: HostWorld, operation: OvsOperation): void {
  const { bridges } = host.ovs ?? { bridges: [] };
  if (operation.op === 'bridge') {
    const bridge = bridges.find((one) => one.name === operation.bridge) ?? addBridge(bridges, operation.bridge);
    if (bridge.datapathType !== operation.datapath) bridge.datapathId = '';
    bridge.datapathType = operation.datapath;
    Object.assign(bridge.marks, operation.marks);
    return;
  }
  const bridge = bridges.find((one) => one.name === operation.bridge);
  if (!bridge) throw new OperationFailed(`ovs-vsctl: no bridge named ${operation.bridge}`);
  if (operation.op === 'drop-port') {
    dropPort(host, bridge, operation.port);
    return;
  }
  const port = bridge.ports.find((one) => one.name === operation.port) ?? addPort(bridge, operation.port);
  Object.assign(port.marks, operation.marks);
  if (operation.op === 'access') port.tag = operation.tag;
  else if (operation.op === 'internal') {
    realiseAgain(port, { type: 'internal', options: {} });
    Object.assign(port, { tag: operation.tag, mtuRequest: operation.mtu });
  } else {
    const key = String(operation.key);
    const keys = operation.anyKey ? { in_key: 'flow', out_key: key } : { key };
    realiseAgain(port, { type: 'gre', options: { remote_ip: operation.remote, ...keys } });
    Object.assign(port, { tag: undefined, protected: true });
  }
}

export function addPort(bridge: Bridge, name: string): Port {
  const blank = { type: '', options: {}, ofport: undefined, error: '', mtuRequest: undefined };
  const port: Port = { name, tag: undefined, protected: false, marks: {}, ...blank };
  bridge.ports.push(port);
  bridge.ports.sort(byName);
  return port;
}

export function dropPort(host: HostWorld, bridge: Bridge, name: string): void {
  const port = bridge.ports.find((one) => one.name === name);
  bridge.ports = bridge.ports.filter((one) => one !== port);
  if (port?.type === 'internal') dropLink(host, name);
}

/** The work of ovs-vswitchd: opens datapaths, numbers the ports, creates internal devices. True: something changed. */
export function stepOvs(host: HostWorld): boolean {
  if (!ovsRuns(host)) return false;
  let changed = false;
  for (const bridge of host.ovs?.bridges ?? []) {
    if (!bridge.datapathId) {
      bridge.datapathId = `0000${bridge.name.length.toString(16).padStart(12, '0')}`;
      changed = true;
    }
    for (const port of bridge.ports) changed = realise(host, bridge, port) || changed;
  }
  return changed;
}

function realise(host: HostWorld, bridge: Bridge, port: Port): boolean {
  const link = host.links.find((one) => one.name === port.name);
  if (port.type === '' && !link) return fail(port, `could not open network device ${port.name} (No such device)`);
  if (port.type === 'internal' && !link) addLink(host, port.name, port.mtuRequest ?? 1500);
  else if (port.type === 'internal' && link && port.mtuRequest !== undefined && link.mtu !== port.mtuRequest)
    link.mtu = port.mtuRequest;
  else if (port.ofport !== undefined && port.ofport > 0) return false;
  port.error = '';
  if (port.ofport === undefined || port.ofport < 0)
    port.ofport = Math.max(0, ...bridge.ports.map((one) => one.ofport ?? 0)) + 1;
  return true;
}

function fail(port: Port, error: string): boolean {
  const changed = port.error !== error;
  Object.assign(port, { error, ofport: -1 });
  return changed;
}

function realiseAgain(port: Port, columns: Pick<Port, 'type' | 'options'>): void {
  if (JSON.stringify([port.type, port.options]) === JSON.stringify([columns.type, columns.options])) return;
  // With other options it keeps its number.
  Object.assign(port, port.type === columns.type ? columns : { ...columns, ofport: undefined, error: '' });
}

export function addBridge(bridges: Bridge[], name: string): Bridge {
  const bridge: Bridge = { name, datapathType: '', datapathId: '', marks: {}, ports: [] };
  addPort(bridge, name).type = 'internal';
  bridges.push(bridge);
  bridges.sort(byName);
  return bridge;
}

/** The three listings of the fact `ovs`, as ovs-vsctl prints them (RFC 7047: a set with one element is the bare element). */
export function renderOvs(host: HostWorld): ScriptResult {
  if (!hasProgram(host, 'ovs-vsctl')) return exited(44);
  if (!ovsRuns(host)) return exited(1, noOvs);
  const { bridges } = host.ovs;
  const all = bridges.flatMap((bridge) => bridge.ports);
  const tables = [
    table(['_uuid', 'name', 'datapath_type', 'datapath_id', 'external_ids', 'ports'], bridges.map(bridgeRow)),
    table(['_uuid', 'name', 'tag', 'protected', 'external_ids', 'interfaces'], all.map(portRow)),
    table(['_uuid', 'name', 'type', 'options', 'ofport', 'error', 'mtu_request'], all.map(interfaceRow)),
  ];
  return succeeded(`${tables.join('\n')}\n`);
}

function bridgeRow({ name, datapathType, datapathId, marks, ports }: Bridge): readonly unknown[] {
  const ids = ports.map((port) => uuid('port', port.name));
  const one = ids.length === 1 ? ids[0] : ['set', ids];
  return [uuid('bridge', name), name, datapathType, datapathId || empty, dictionary(marks), one];
}

function portRow({ name, tag, protected: guarded, marks }: Port): readonly unknown[] {
  return [uuid('port', name), name, tag ?? empty, guarded, dictionary(marks), uuid('interface', name)];
}

function interfaceRow({ name, type, options, ofport, error, mtuRequest }: Port): readonly unknown[] {
  const cells = [ofport ?? empty, error || empty, mtuRequest ?? empty];
  return [uuid('interface', name), name, type, dictionary(options), ...cells];
}

const empty = ['set', []];

function table(headings: readonly string[], data: readonly (readonly unknown[])[]): string {
  return JSON.stringify({ headings, data });
}

function uuid(kind: string, name: string): readonly string[] {
  return ['uuid', `${kind}-${name}`];
}

function dictionary(marks: Readonly<Record<string, string>>): readonly unknown[] {
  return ['map', Object.entries(marks)];
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
