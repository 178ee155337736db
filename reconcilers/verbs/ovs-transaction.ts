import { sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

type Marks = Readonly<Record<string, string>>;

/** What can be done to Open vSwitch. Each is idempotent; a port is only ever taken away by `drop-port`. */
export type OvsOperation =
  | { readonly op: 'bridge'; readonly bridge: string; readonly datapath: string; readonly marks: Marks }
  | {
      readonly op: 'tunnel';
      readonly bridge: string;
      readonly port: string;
      readonly remote: string;
      readonly key: number;
      readonly marks: Marks;
    }
  | {
      readonly op: 'internal';
      readonly bridge: string;
      readonly port: string;
      readonly tag: number;
      readonly mtu: number;
      readonly marks: Marks;
    }
  | {
      readonly op: 'access';
      readonly bridge: string;
      readonly port: string;
      readonly tag: number;
      readonly marks: Marks;
    }
  | { readonly op: 'drop-port'; readonly bridge: string; readonly port: string };

/** One ovs-vsctl process is one atomic transaction: if any part fails, nothing is committed (ovs-vsctl(8)). */
export const ovsTransaction: HostVerb<ActionOf<'ovs-transaction'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ operations }) => sh`exec ovs-vsctl --timeout=20 ${words(operations)}\n`,
  says: ({ operations }) => (operations.length > 2 ? wordsForMany(operations) : operations.map(wordsFor).join(', ')),
  settlesMs: 5_000,
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
    const options = [`options={remote_ip="${operation.remote}",key="${operation.key}"}`];
    // Between protected ports nothing is forwarded: a split horizon, without which a full mesh melts at the first broadcast.
    return [
      ['set', 'Interface', port, 'type=gre', ...options],
      ['set', 'Port', port, 'protected=true', 'tag=[]', ...external(marks)],
    ];
  }
  const tagged = ['set', 'Port', port, `tag=${operation.tag}`, ...external(marks)];
  if (operation.op === 'access') return [tagged];
  return [['set', 'Interface', port, 'type=internal', `mtu_request=${operation.mtu}`], tagged];
}

function external(marks: Marks): readonly string[] {
  return Object.entries(marks).map(([key, value]) => `external_ids:${key}="${value}"`);
}

function wordsFor(operation: OvsOperation): string {
  if (operation.op === 'bridge') return `set up bridge ${operation.bridge}`;
  if (operation.op === 'tunnel') return `set up GRE tunnel ${operation.port} to ${operation.remote}`;
  if (operation.op === 'internal') return `set up port ${operation.port} in VLAN ${operation.tag}`;
  if (operation.op === 'access') return `attach ${operation.port} to VLAN ${operation.tag}`;
  return `remove port ${operation.port}`;
}

/** `set up bridge br-mesh, 4 tunnels and 2 tenants' ports`: a whole host at once. */
function wordsForMany(operations: readonly OvsOperation[]): string {
  const count = (...kinds: readonly OvsOperation['op'][]) => operations.filter(({ op }) => kinds.includes(op)).length;
  const parts: readonly (readonly [number, string])[] = [
    [count('bridge'), 'bridge'],
    [count('tunnel'), 'GRE tunnel'],
    [count('internal', 'access'), 'tenant port'],
    [count('drop-port'), 'port to remove'],
  ];
  const told = parts
    .filter(([number]) => number > 0)
    .map(([number, noun]) => `${number} ${noun}${number > 1 ? 's' : ''}`);
  return `in Open vSwitch, one transaction: ${told.join(', ')}`;
}
