import { sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf, OvsOperation } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** One ovs-vsctl process is one atomic transaction: if any part fails, nothing is committed (ovs-vsctl(8)). */
export const ovsTransaction: HostOperation<ActionOf<'ovs-transaction'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ operations }) => sh`exec ovs-vsctl --timeout=20 ${words(operations)}\n`,
  describe: ({ operations }) =>
    operations.length > 2 ? describeMany(operations) : operations.map(describeOperation).join(', '),
  settleMs: 5_000,
};

function words(operations: readonly OvsOperation[]): readonly string[] {
  return operations.flatMap(commandsFor).flatMap((command) => ['--', ...command]);
}

function commandsFor(operation: OvsOperation): readonly (readonly string[])[] {
  const { bridge } = operation;
  if (operation.op === 'bridge') {
    const columns = [`datapath_type=${operation.datapath}`, 'fail_mode=standalone', ...external(operation.marks)];
    return [
      ['--may-exist', 'add-br', bridge],
      ['set', 'Bridge', bridge, ...columns],
    ];
  }
  const { port } = operation;
  if (operation.op === 'drop-port') return [['--if-exists', 'del-port', bridge, port]];
  const add = ['--may-exist', 'add-port', bridge, port];
  return [add, ...settingsFor(operation)];
}

type PortOperation = Exclude<OvsOperation, { op: 'bridge' } | { op: 'drop-port' }>;

function settingsFor(operation: PortOperation): readonly (readonly string[])[] {
  const { port, marks } = operation;
  if (operation.op === 'tunnel') {
    const key = operation.anyKey ? `in_key="flow",out_key="${operation.key}"` : `key="${operation.key}"`;
    const options = [`options={remote_ip="${operation.remote}",${key}}`];
    // Nothing is forwarded between protected ports: a split horizon, without which broadcasts loop in a full mesh.
    return [
      ['set', 'Interface', port, 'type=gre', ...options],
      ['set', 'Port', port, 'protected=true', 'tag=[]', ...external(marks)],
    ];
  }
  const tagged = ['set', 'Port', port, `tag=${operation.tag}`, ...external(marks)];
  if (operation.op === 'access') return [tagged];
  return [['set', 'Interface', port, 'type=internal', `mtu_request=${operation.mtu}`], tagged];
}

function external(marks: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(marks).map(([key, value]) => `external_ids:${key}="${value}"`);
}

function describeOperation(operation: OvsOperation): string {
  if (operation.op === 'bridge') return `set up bridge ${operation.bridge}`;
  if (operation.op === 'tunnel') {
    const key = operation.anyKey ? `, which sends key ${operation.key} and accepts any` : '';
    return `set up GRE tunnel ${operation.port} to ${operation.remote}${key}`;
  }
  if (operation.op === 'internal') return `set up port ${operation.port} in VLAN ${operation.tag}`;
  if (operation.op === 'access') return `attach ${operation.port} to VLAN ${operation.tag}`;
  return `remove port ${operation.port}`;
}

/** `1 bridge, 4 GRE tunnels, 2 tenant ports`: a whole host at once. */
function describeMany(operations: readonly OvsOperation[]): string {
  const count = (...kinds: readonly OvsOperation['op'][]) => operations.filter(({ op }) => kinds.includes(op)).length;
  const parts: readonly (readonly [number, string])[] = [
    [count('bridge'), 'bridge'],
    [count('tunnel'), 'GRE tunnel'],
    [count('internal', 'access'), 'tenant port'],
    [count('drop-port'), 'port to remove'],
  ];
  const counts = parts
    .filter(([number]) => number > 0)
    .map(([number, noun]) => `${number} ${noun}${number > 1 ? 's' : ''}`);
  return `change Open vSwitch in one transaction: ${counts.join(', ')}`;
}
