import { identityOf } from '../../renderers/container-mark.ts';
import { folders } from '../marks.ts';
import type { ContainerFacts, Goner, MemberFolder, Retirement } from './containers.ts';

/** Reading of a listing's lines (`KIND NAME …`) that is the same for every runtime. */
type Line = readonly string[];

/** The first line of a kind about a name. */
export type Find = (kind: string, name: string) => Line | undefined;

export function wordsOf(stdout: string): {
  readonly words: readonly Line[];
  readonly named: Find;
  names(kind: string): readonly string[];
} {
  const lines = stdout.split('\n').filter(Boolean);
  if (lines.at(-1) !== 'end') throw new Error('the listing has no end');
  const words = lines.map((line) => line.split(' '));
  return {
    words,
    named: (kind, name) => words.find(([first, second]) => first === kind && second === name),
    names: (kind) => words.filter(([first]) => first === kind).map(([, name]) => name ?? ''),
  };
}

/** `.quickstart.globex.r1.gone`, as `goneName` names it. */
export function gonersIn(names: readonly string[]): readonly Goner[] {
  return names.flatMap((name) => {
    const [, cluster, tenant, member] = /^\.([a-z0-9-]+)\.([a-z0-9-]+)\.([a-z0-9-]+)\.gone$/.exec(name) ?? [];
    return cluster && tenant && member ? [{ cluster, tenant, member }] : [];
  });
}

export function nowIn(words: readonly Line[]): number {
  const now = words.find(([kind]) => kind === 'now')?.[1] ?? '';
  if (!/^\d+$/.test(now)) throw new Error(`not a time: ${now}`);
  return Number(now);
}

/** Digests and modes of our files of one container, those that `own` says are its: `sha256 SUM PATH` and `mode PATH MODE`. */
export function filesIn(
  words: readonly Line[],
  own: (path: string) => boolean,
): Pick<ContainerFacts, 'digests' | 'modes'> {
  const sums = words.filter(([kind, , path]) => kind === 'sha256' && own(path ?? ''));
  const modes = words.filter(([kind, path]) => kind === 'mode' && own(path ?? ''));
  return {
    digests: Object.fromEntries(sums.map(([, sum = '', path = '']) => [path, sum])),
    modes: Object.fromEntries(modes.map(([, path = '', mode = '']) => [path, mode])),
  };
}

export function folderOf(
  name: string,
  words: readonly Line[],
  named: Find,
  imageBytes: number | undefined,
): MemberFolder {
  const init = `${folders.state}/members/${name}/conf/init`;
  const [, , blocks, , , , , logBlockSize] = named('superblock', name) ?? [];
  return {
    name,
    identity: identityOf(restOf(named('identity', name))),
    init: words.find(([kind, , at]) => kind === 'sha256' && at === init)?.[1],
    imageBytes,
    // ext4: s_blocks_count_lo at octet 4 of the superblock, s_log_block_size at 24; block size is 1024 << that.
    fileSystemBytes: blocks && logBlockSize ? Number(blocks) * 1024 * 2 ** Number(logBlockSize) : undefined,
    retired: retirementOf(named('retired', name)),
  };
}

export function restOf(line: Line | undefined): string {
  return (line ?? []).slice(2).join(' ');
}

export function count(word: string | undefined): number | undefined {
  return word === undefined ? undefined : Number(word);
}

/** `retired NAME SECONDS [VLAN ADDRESS]` */
function retirementOf(line: Line | undefined): Retirement | undefined {
  if (!line) return undefined;
  const [, , since = '', vlan, address] = line;
  return { since: count(/^\d{1,12}$/.test(since) ? since : undefined), vlan: count(vlan), address };
}
