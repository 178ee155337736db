import { type Lab, must, until } from '../support/lab.ts';
import { addressOf, masterOf, onHostOf, sentinelPort, tell } from './members.ts';
import type { Row } from './row.ts';

const address = '10.101.0.66';
const members = ['r1', 'r2', 'r3'] as const;

/** A Sentinel that nobody declared, with an address of its own in the tenant's network, tells the others that it is one of them. */
export const rogueRow: Row = {
  name: 'a foreign Sentinel added, and killed by hand when plan has told of it',
  breakIt: async (lab) => {
    const master = addressOf('acme', await masterOf(lab, 'acme'));
    await onHostOf(lab, 'r3', begin(lab), configuration(master, lab.passwords.acme));
    await until(
      'all Sentinels to know the foreign one',
      () => Promise.all(members.map((member) => tell(lab, 'acme', member, sentinelPort, 'SENTINEL SENTINELS acme'))),
      (lists) => lists.every((list) => list.includes(address)),
      20,
    );
  },
  says: members.map((member) => new RegExp(`sentinel/acme-${member}\\n.*foreign Sentinel.*${address}:26379`)),
  byHand: (lab) => end(lab),
  touches: /^sentinel\/acme-r\d$/,
  letGo: (lab) => end(lab),
};

/** With the host's rights: the container's own do not allow an address. */
const begin = ({ containers }: Lab) => `set -eu
${containers.asHost('acme-r3', `ip address replace ${address}/24 dev eth0`)}
exec ${containers.inside('acme-r3', `sh -c '${sentinel}'`)}`;

const sentinel =
  'umask 077; mkdir -p /run/rogue; cat >/run/rogue/sentinel.conf; exec redis-sentinel /run/rogue/sentinel.conf';

function configuration(master: string, password: string): string {
  return `port ${sentinelPort}
bind ${address}
dir /run/rogue
daemonize yes
protected-mode no
sentinel announce-ip ${address}
sentinel monitor acme ${master} 6379 2
sentinel auth-pass acme ${password}
sentinel sentinel-pass ${password}
`;
}

/** Harmless when it is gone. */
function end(lab: Lab) {
  return must(
    lab.host(
      'redis-3',
      `pkill -9 -f '^redis-sentinel ${address}' || :
${lab.containers.asHost('acme-r3', `ip address del ${address}/24 dev eth0`)} 2>/dev/null || :`,
    ),
  );
}
