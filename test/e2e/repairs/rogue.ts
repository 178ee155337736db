import { type Lab, must, until } from '../support/lab.ts';
import { addressOf, masterOf, onHostOf, send, sentinelPort } from '../support/members.ts';
import type { Row } from './row.ts';

const address = '10.101.0.66';
const members = ['r1', 'r2', 'r3'] as const;

/** A Sentinel that is not declared, with its own address in the tenant's network, announces itself to the tenant's Sentinels. */
export const rogueRow: Row = {
  name: 'a foreign Sentinel added, and killed manually once plan has reported it',
  breakIt: async (lab) => {
    const master = addressOf('acme', await masterOf(lab, 'acme'));
    await onHostOf(lab, 'r3', begin(lab), configuration(master, lab.passwords.acme));
    await until(
      'all Sentinels to know the foreign one',
      () => Promise.all(members.map((member) => send(lab, 'acme', member, sentinelPort, 'SENTINEL SENTINELS acme'))),
      (lists) => lists.every((list) => list.includes(address)),
      20,
    );
  },
  expected: members.map((member) => ({
    subject: `sentinel/acme-${member}`,
    reason: 'ForeignSentinel',
    by: 'manual',
    field: 'foreign Sentinels',
    have: `${address}:26379`,
  })),
  manualAction: (lab) => end(lab),
  changes: /^sentinel\/acme-r\d$/,
  release: (lab) => end(lab),
};

/** With the privileges of the host: those of the container do not permit adding an address. */
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

/** No effect if it is gone. */
function end(lab: Lab) {
  return must(
    lab.host(
      'redis-3',
      `pkill -9 -f '^redis-sentinel ${address}' || :
${lab.containers.asHost('acme-r3', `ip address del ${address}/24 dev eth0`)} 2>/dev/null || :`,
    ),
  );
}
