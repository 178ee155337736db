import { suffix } from '../../../renderers/haproxy/variables.ts';

/** The state of a tenant in HAProxy: its listener, and the servers behind it. */
export interface TenantServers {
  readonly tenant: string;
  /** OPEN, FULL, STOP … */
  readonly listener: string;
  readonly sessions: number;
  /** The members as Redis servers. At most one is up. */
  readonly servers: readonly ServerState[];
  /** The members' Sentinels. */
  readonly sentinels: readonly ServerState[];
}

export interface ServerState {
  readonly name: string;
  /** Where it connects to: `10.101.0.11:6379`. Undefined if HAProxy does not show it. */
  readonly address?: string;
  readonly up: boolean;
  /** Seconds since it last came up or went down. */
  readonly sinceSeconds: number;
  /** The result of the last check, in words. */
  readonly check: string;
}

/**
 * Filter in awk for the output of `show info;show stat` (CSV; management guide, section 9.1): of the rows only those columns that are read
 * here, and none of the servers that end sessions. A comma in a quoted cell becomes a semicolon.
 */
export const shownStat = `awk -F, 'NF < 57 { print; next }
/^# pxname/ { for (i = 1; i <= NF; i++) if ($i == "addr") addr = i }
$2 ~ /[.](denied|lost)$/ { next }
{
  count = split($0, part, "\\"")
  line = part[1]
  for (i = 2; i <= count; i++) {
    if (i % 2 == 0) gsub(/,/, ";", part[i])
    line = line "\\"" part[i]
  }
  split(line, cell, ",")
  print cell[1] "," cell[2] "," cell[5] "," cell[18] "," cell[24] "," cell[37] "," cell[57] "," cell[addr]
}'`;

/** Reads `show stat`, for the proxies that our configuration names. */
export function readStat(lines: readonly string[]): readonly TenantServers[] {
  const [head, ...rest] = lines;
  if (!head?.startsWith('# pxname,')) throw new Error('show stat: unexpected header');
  const names = head.slice(2).split(',');
  const rows = rest
    .filter(Boolean)
    .map((line) => new Map(cells(line).map((cell, index) => [names[index] ?? '', cell])));
  return rows.filter((row) => row.get('svname') === 'FRONTEND').flatMap((row) => tenantOf(row, rows));
}

type Row = ReadonlyMap<string, string>;

function tenantOf(row: Row, rows: readonly Row[]): readonly TenantServers[] {
  const [, tenant] = /^redis\.([^.]+)$/.exec(row.get('pxname') ?? '') ?? [];
  if (!tenant) return [];
  /** The rows of a kind of backend, which is one for each member. */
  const of = (kind: string, end = '') =>
    rows.filter((one) => {
      const [, member] = one.get('pxname')?.split(`${kind}.${tenant}.`) ?? [];
      return member && one.get('svname') === `${member}${end}`;
    });
  const members = of('member').map(stateOf);
  return [
    {
      tenant,
      listener: row.get('status') ?? '',
      sessions: Number(row.get('scur') ?? 0),
      servers: of('redis', suffix.master).map((one) => memberOf(stateOf(one), members)),
      sentinels: of('sentinel').map(stateOf),
    },
  ];
}

/** What a member answers is the reason why it is not admitted. If that gives none, the votes are. */
function memberOf(state: ServerState, members: readonly ServerState[]): ServerState {
  const name = state.name.slice(0, -suffix.master.length);
  const own = members.find((one) => one.name === name);
  const check = state.up || own?.check === passes ? state.check : (own?.check ?? state.check);
  return { ...state, name, check, ...(own?.address === undefined ? {} : { address: own.address }) };
}

const passes = 'passes its check';

function stateOf(row: Row): ServerState {
  // `UP 1/2` is going down and still used, `DOWN 1/2` is coming up and not used yet.
  const up = (row.get('status') ?? '').startsWith('UP');
  const address = row.get('addr');
  return {
    name: row.get('svname') ?? '',
    ...(address ? { address } : {}),
    up,
    sinceSeconds: Number(row.get('lastchg') ?? 0),
    check: checkText((row.get('check_status') ?? '').replace(/^\* /, ''), row.get('last_chk') ?? ''),
  };
}

/** In our configuration, the comment of each check step names its condition. */
const failures: readonly (readonly [comment: string, words: string])[] = [
  ['lets it in', 'is at maxclients, and does not let the check in'],
  ['accepts the password', 'refuses the password'],
  ['reports its role', 'answers with an error'],
  ['is master', 'is not master'],
  ['is named by a majority', 'is not named by a majority of the Sentinels'],
  ['is known', 'does not answer, nor does a majority of the Sentinels'],
];

function checkText(status: string, last: string): string {
  if (status === 'L7OK') return passes;
  if (status === 'INI' || status === 'UNK' || !status) return 'not checked yet';
  const failure = failures.find(([comment]) => last.includes(comment));
  if ((status === 'L7RSP' || status === 'L7OKC') && failure) return failure[1];
  if (/TOUT$/.test(status)) return 'does not answer in time';
  if (status === 'L4CON') return `cannot be connected to: ${last.split(' at ')[0] || 'no reason given'}`;
  return `${status} ${last}`.trim();
}

/** Cells of one line of CSV; a quoted one may contain commas and doubled quotes. */
function cells(line: string): readonly string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );
}
