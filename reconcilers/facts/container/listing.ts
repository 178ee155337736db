import { identityOf } from '../../../renderers/container/marker.ts';
import { folders } from '../../../renderers/lib/markers.ts';
import type { ContainerFacts, MemberFolder, PendingDeletion, Retirement } from './container-facts.ts';

/** A line of a listing, split at spaces: `KIND NAME …`. Reading it is the same for every runtime. */
type Row = readonly string[];

/** The first row of a kind about a name. */
export type Find = (kind: string, name: string) => Row | undefined;

/** Throws if the listing is incomplete. */
export function parseListing(stdout: string): {
  readonly rows: readonly Row[];
  readonly find: Find;
  names(kind: string): readonly string[];
} {
  const lines = stdout.split('\n').filter(Boolean);
  if (lines.at(-1) !== 'end') throw new Error('the listing is incomplete');
  const rows = lines.map((line) => line.split(' '));
  return {
    rows,
    find: (kind, name) => rows.find(([first, second]) => first === kind && second === name),
    names: (kind) => rows.filter(([first]) => first === kind).map(([, name]) => name ?? ''),
  };
}

/** `.quickstart.globex.r1.gone`, as named by tombstoneName. */
export function pendingDeletionsIn(names: readonly string[]): readonly PendingDeletion[] {
  return names.flatMap((name) => {
    const [, cluster, tenant, member] = /^\.([a-z0-9-]+)\.([a-z0-9-]+)\.([a-z0-9-]+)\.gone$/.exec(name) ?? [];
    return cluster && tenant && member ? [{ cluster, tenant, member }] : [];
  });
}

/** The host's clock, seconds since 1970. */
export function nowIn(rows: readonly Row[]): number {
  const now = rows.find(([kind]) => kind === 'now')?.[1] ?? '';
  if (!/^\d+$/.test(now)) throw new Error(`not a time: ${now}`);
  return Number(now);
}

/** Digests and modes of the managed files of one container, selected by `own`: `sha256 SUM PATH` and `mode PATH MODE`. */
export function filesIn(
  rows: readonly Row[],
  own: (path: string) => boolean,
): Pick<ContainerFacts, 'digests' | 'modes'> {
  const sums = rows.filter(([kind, , path]) => kind === 'sha256' && own(path ?? ''));
  const modes = rows.filter(([kind, path]) => kind === 'mode' && own(path ?? ''));
  return {
    digests: Object.fromEntries(sums.map(([, sum = '', path = '']) => [path, sum])),
    modes: Object.fromEntries(modes.map(([, path = '', mode = '']) => [path, mode])),
  };
}

export function folderOf(name: string, rows: readonly Row[], find: Find, imageBytes: number | undefined): MemberFolder {
  const init = `${folders.state}/members/${name}/conf/init`;
  const [, , blocks, , , , , logBlockSize] = find('superblock', name) ?? [];
  return {
    name,
    identity: identityOf(restOf(find('identity', name))),
    init: rows.find(([kind, , at]) => kind === 'sha256' && at === init)?.[1],
    imageBytes,
    // ext4: s_blocks_count_lo at byte 4 of the superblock, s_log_block_size at 24; block size is 1024 << that.
    fileSystemBytes: blocks && logBlockSize ? Number(blocks) * 1024 * 2 ** Number(logBlockSize) : undefined,
    retired: retirementOf(find('retired', name)),
    ...formerOf(find('former', name)),
  };
}

export function restOf(row: Row | undefined): string {
  return (row ?? []).slice(2).join(' ');
}

export function toNumber(word: string | undefined): number | undefined {
  return word === undefined ? undefined : Number(word);
}

/** `former NAME SECONDS` */
function formerOf(row: Row | undefined): Pick<MemberFolder, 'former'> {
  if (!row) return {};
  const [, , since = ''] = row;
  return { former: { since: toNumber(/^\d{1,12}$/.test(since) ? since : undefined) } };
}

/** `retired NAME SECONDS [VLAN ADDRESS [left|readdressed]]` */
function retirementOf(row: Row | undefined): Retirement | undefined {
  if (!row) return undefined;
  const [, , since = '', vlan, address, why] = row;
  const seconds = toNumber(/^\d{1,12}$/.test(since) ? since : undefined);
  return {
    since: seconds,
    vlan: toNumber(vlan),
    address,
    ...(why === 'left' || why === 'readdressed' ? { [why]: true } : {}),
  };
}
