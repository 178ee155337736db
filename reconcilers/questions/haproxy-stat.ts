/** What HAProxy says of a tenant: its listener, and who is admitted behind it. */
export interface TenantServers {
  readonly tenant: string;
  /** OPEN, FULL, STOP … */
  readonly listener: string;
  readonly sessions: number;
  /** The members as masters: at most one of them up. */
  readonly servers: readonly ServerState[];
  /** The members' Sentinels as voters. */
  readonly sentinels: readonly ServerState[];
}

export interface ServerState {
  readonly name: string;
  readonly up: boolean;
  /** Seconds since it last came up or went down. */
  readonly sinceSeconds: number;
  readonly sessions: number;
  /** What the last check found, in words. */
  readonly check: string;
}

/** Reads `show stat` (CSV; management guide, section 9.1), for the proxies that our configuration names. */
export function readStat(lines: readonly string[]): readonly TenantServers[] {
  const [head, ...rest] = lines;
  if (!head?.startsWith('# pxname,')) throw new Error('show stat: not its heading');
  const names = head.slice(2).split(',');
  const rows = rest
    .filter(Boolean)
    .map((line) => new Map(cells(line).map((cell, index) => [names[index] ?? '', cell])));
  return rows.filter((row) => row.get('svname') === 'FRONTEND').flatMap((row) => tenantOf(row, rows));
}

type Row = ReadonlyMap<string, string>;

function tenantOf(row: Row, rows: readonly Row[]): readonly TenantServers[] {
  const [, tenant] = /^redis\.(.+)$/.exec(row.get('pxname') ?? '') ?? [];
  if (!tenant) return [];
  const servers = rows.filter((one) => !/^(FRONTEND|BACKEND)$/.test(one.get('svname') ?? ''));
  const of = (test: (proxy: string) => boolean) => servers.filter((one) => test(one.get('pxname') ?? '')).map(stateOf);
  return [
    {
      tenant,
      listener: row.get('status') ?? '',
      sessions: Number(row.get('scur') ?? 0),
      servers: of((proxy) => proxy === `redis.${tenant}`),
      sentinels: of((proxy) => proxy.startsWith(`sentinel.${tenant}.`)),
    },
  ];
}

function stateOf(row: Row): ServerState {
  // `UP 1/2` is going down and still admitted, `DOWN 1/2` is coming up and not yet.
  const up = (row.get('status') ?? '').startsWith('UP');
  return {
    name: row.get('svname') ?? '',
    up,
    sinceSeconds: Number(row.get('lastchg') ?? 0),
    sessions: Number(row.get('scur') ?? 0),
    check: wordsOf((row.get('check_status') ?? '').replace(/^\* /, ''), row.get('last_chk') ?? ''),
  };
}

/** In our configuration each step of a check says in its comment what must hold. */
const failures: readonly (readonly [comment: string, words: string])[] = [
  ['takes the password', 'refuses the password'],
  ['is master', 'is not master'],
  ['is named by a majority', 'is not named by a majority of the Sentinels'],
];

function wordsOf(status: string, last: string): string {
  if (status === 'L7OK') return 'passes its check';
  if (status === 'INI' || status === 'UNK' || !status) return 'not checked yet';
  const failure = failures.find(([comment]) => last.includes(comment));
  if (status === 'L7RSP' && failure) return failure[1];
  if (/TOUT$/.test(status)) return 'does not answer in time';
  if (status === 'L4CON') return `cannot be connected to: ${last.split(' at ')[0] || 'no reason given'}`;
  return `${status} ${last}`.trim();
}

/** Cells of one line of CSV; a quoted one may hold commas, and quotes doubled. */
function cells(line: string): readonly string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );
}
