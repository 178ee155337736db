import type { Lab } from './lab.ts';
import { addressOf, onHostOf } from './members.ts';

const members = ['r1', 'r2', 'r3'] as const;

/** How long the log of each member's Redis is now, in bytes. */
export type LogEnds = ReadonlyMap<string, number>;

const logOf = (member: string) => `/var/lib/ec2-redis-operator/members/acme-${member}/console.log`;

export async function logEnds(lab: Lab): Promise<LogEnds> {
  const sizes = members.map(async (member) => {
    const { out } = await onHostOf(lab, member, `wc -c <${logOf(member)}`);
    return [member, Number(out)] as const;
  });
  return new Map(await Promise.all(sizes));
}

/**
 * How each replica of acme last synchronized with its master, by the logs since then: `r2 partial`, or `r1 full (why)`. The texts are those of
 * replication.c: the replica says what it got, and it or the master why not the other.
 */
export async function resyncsSince(lab: Lab, ends: LogEnds, master: string): Promise<readonly string[]> {
  const logs = new Map(
    await Promise.all(
      members.map(async (member) => {
        const from = (ends.get(member) ?? 0) + 1;
        const { out } = await onHostOf(lab, member, `tail -c +${from} ${logOf(member)}`);
        return [member as string, out.split('\n')] as const;
      }),
    ),
  );
  return members
    .filter((member) => member !== master)
    .map((member) => `${member} ${outcomeOf(member, logs.get(member) ?? [], logs.get(master) ?? [])}`);
}

function outcomeOf(member: string, own: readonly string[], ofMaster: readonly string[]): string {
  const last = own.findLast((line) => /Successful partial resynchronization|Full resync from master/.test(line));
  if (last === undefined) return 'not at all';
  if (last.includes('Successful partial')) return 'partial';
  const unable = own.findLast((line) => /Partial resynchronization not possible/.test(line));
  const address = addressOf('acme', member);
  const asked = ofMaster.findLastIndex(
    (line) => line.includes('Full resync requested by replica') && line.includes(address),
  );
  const refusal = ofMaster
    .slice(0, asked < 0 ? undefined : asked)
    .findLast((line) => /Partial resynchronization not accepted|Unable to partial resync/.test(line));
  return `full (${textOf(refusal ?? unable ?? 'the logs give no reason')})`;
}

/** Without process id, role and time. */
function textOf(line: string): string {
  return line.replace(/^\d+:[A-Z] .*? [*#] /, '').trim();
}
