import { haproxyPlaces } from '../lib/proxy-paths.ts';
import { replyHex } from '../lib/resp.ts';
import { fixed, lines, type Script, sh } from '../lib/shell.ts';
import type { HaproxyTenant, Member } from './tenant.ts';
import { roleOf, voteOf } from './variables.ts';

/** Who has become master of a tenant, as a majority of its Sentinels said when they were asked. */
export interface Announcement {
  readonly tenant: Pick<HaproxyTenant, 'name' | 'redisPort'>;
  readonly master: Member;
  readonly former: Member;
  /** The members whose Sentinels were asked. */
  readonly voters: readonly Member[];
}

/**
 * Puts into HAProxy's variables what its own checks would find within a second: who is named, and both roles. It is overwritten by the next
 * checks. `set var` is an experimental command of HAProxy's socket (management.txt); where it does not exist, nothing is lost but that second.
 */
export function announceMaster({ tenant, master, former, voters }: Announcement): Script {
  const named = replyHex([master.address, String(tenant.redisPort)]);
  const commands = [
    'experimental-mode on',
    `set var ${roleOf(tenant, former)} str(role:slave)`,
    `set var ${roleOf(tenant, master)} str(role:master)`,
    ...voters.map((voter) => `set var ${voteOf(tenant, voter)} str(${named})`),
  ];
  return lines([
    sh`socket=${haproxyPlaces.socket}`,
    sh`commands=${commands.join('; ')}`,
    fixed(
      `[ ! -S "$socket" ] || printf '%s\\n' "$commands" | timeout 2 socat -t2 - "UNIX-CONNECT:$socket" >/dev/null 2>&1 || :`,
    ),
  ]);
}
