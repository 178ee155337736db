import { fixed } from '../../../renderers/lib/shell.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';

export interface Ovs {
  readonly bridges: readonly OvsBridge[];
}

export interface OvsBridge {
  readonly name: string;
  readonly datapathType: string;
  /** Empty if the datapath could not be opened: ovs-vsctl exits 0 even then. */
  readonly datapathId: string;
  readonly marks: Marks;
  readonly ports: readonly OvsPort[];
}

export interface OvsPort {
  readonly name: string;
  readonly tag: number | undefined;
  readonly protected: boolean;
  readonly marks: Marks;
  readonly type: string;
  readonly options: Marks;
  /** OpenFlow port number; -1 if vswitchd could not set up the port, undefined before it has tried. */
  readonly ofport: number | undefined;
  readonly error: string;
  readonly mtuRequest: number | undefined;
}

type Marks = Readonly<Record<string, string>>;

/** Three listings in one process, each one line of JSON. */
export const ovs: HostProbe<object, Ovs> = {
  via: 'host',
  script: () =>
    fixed(`command -v ovs-vsctl >/dev/null || exit 44
exec ovs-vsctl --timeout=5 --format=json \\
  -- --columns=_uuid,name,datapath_type,datapath_id,external_ids,ports list Bridge \\
  -- --columns=_uuid,name,tag,protected,external_ids,interfaces list Port \\
  -- --columns=_uuid,name,type,options,ofport,error,mtu_request list Interface
`),
  read: (raw) => whole(raw, ovsOf),
};

function ovsOf(stdout: string): Ovs {
  const [bridges, ports, interfaces] = stdout.split('\n').filter(Boolean).map(rowsOf);
  if (!bridges || !ports || !interfaces) throw new Error('expected three listings');
  const portRows = byUuid(ports);
  const interfaceRows = byUuid(interfaces);
  const portsOf = (bridge: Row) =>
    set(bridge['ports']).flatMap((uuid) => portOf(portRows.get(uuidOf(uuid)), interfaceRows));
  return { bridges: bridges.map((row) => bridgeOf(row, portsOf(row))).sort(byName) };
}

function bridgeOf(row: Row, ports: readonly OvsPort[]): OvsBridge {
  return {
    name: String(row['name']),
    datapathType: String(row['datapath_type'] ?? ''),
    datapathId: optional(row['datapath_id'], String) ?? '',
    marks: dictionary(row['external_ids']),
    ports: [...ports].sort(byName),
  };
}

function portOf(row: Row | undefined, interfaces: ReadonlyMap<string, Row>): readonly OvsPort[] {
  const device = interfaces.get(uuidOf(set(row?.['interfaces'])[0]));
  if (!row || !device) return [];
  return [
    {
      name: String(row['name']),
      tag: optional(row['tag'], Number),
      protected: row['protected'] === true,
      marks: dictionary(row['external_ids']),
      type: String(device['type'] ?? ''),
      options: dictionary(device['options']),
      ofport: optional(device['ofport'], Number),
      error: optional(device['error'], String) ?? '',
      mtuRequest: optional(device['mtu_request'], Number),
    },
  ];
}

// RFC 7047 section 5.1: a map is ["map", [[k, v] …]], a set is ["set", […]], and a set with one element is the bare element.
type Cell = unknown;
type Row = Readonly<Record<string, Cell>>;

function rowsOf(line: string): readonly Row[] {
  const table = JSON.parse(line) as { headings: readonly string[]; data: readonly (readonly Cell[])[] };
  return table.data.map((cells) => Object.fromEntries(table.headings.map((heading, index) => [heading, cells[index]])));
}

function byUuid(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [uuidOf(row['_uuid']), row]));
}

function uuidOf(cell: Cell): string {
  return Array.isArray(cell) ? String(cell[1]) : '';
}

function set(cell: Cell): readonly Cell[] {
  if (cell === undefined) return [];
  return Array.isArray(cell) && cell[0] === 'set' ? (cell[1] as readonly Cell[]) : [cell];
}

function optional<T>(cell: Cell, read: (atom: Cell) => T): T | undefined {
  const [atom] = set(cell);
  return atom === undefined ? undefined : read(atom);
}

function dictionary(cell: Cell): Marks {
  return Array.isArray(cell) && cell[0] === 'map' ? (Object.fromEntries(cell[1] as [string, string][]) as Marks) : {};
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
