import { editTenant } from '../support/account.ts';
import { observe } from '../support/findings.ts';
import { beginLeaking, type Client, type Lab, type LeakReport, must, until } from '../support/lab.ts';
import { onHostOf, send } from '../support/members.ts';
import { heal, hostOf, ports, proxies, redisCli, view, vipHolders } from '../support/tenants.ts';
import type { Case } from './case.ts';

/** Clients cannot write. */
export const outages: readonly Case[] = [
  {
    name: 'the disks of all members are full',
    tenant: 'acme',
    breakIt: async (lab) => {
      const { master } = await view(lab, 'acme');
      const replicas = ['r1', 'r2', 'r3'].filter((member) => member !== master);
      // It answers PING with MISCONF then, so that Sentinel would promote a replica, which refuses writes only after the next one.
      await onMembers(lab, 'acme', say('CONFIG SET replica-priority 0'), replicas);
      await onMembers(lab, 'acme', fill, [master]);
      await until(
        'a refused write',
        () => redisCli(lab, 'acme', 'EVAL', "return redis.call('SET', 'filler', string.rep('x', 1000000))", '0'),
        (reply) => reply.startsWith('MISCONF'),
      );
      // As a replica does that cannot write. From then on a full synchronization fails every few seconds.
      await onMembers(lab, 'acme', `${fill} && kill -KILL $(pgrep -o redis-server)`, replicas);
      await until(
        'both links down',
        () => observe(lab),
        ({ findings }) => findings.filter(({ reason }) => reason === 'ReplicationLinkDown').length === 2,
      );
    },
    ready: 'False',
    atOnce: true,
    reason: 'WritesRefused',
    // Of the append-only file; or, once a save for a full synchronization has failed, of that.
    words: /MISCONF .*(No space left on device|unable to persist to disk)/,
    findings: [
      {
        subject: 'service/acme',
        reason: 'WritesRefused',
        severity: 'critical',
        impacts: ['acme'],
        by: 'manual',
        have: /MISCONF/,
      },
      ...['r1', 'r2', 'r3'].map((member) => {
        return { subject: `redis/acme-${member}`, reason: 'DiskFull', by: 'manual', field: 'disk' } as const;
      }),
      {
        subject: /^redis\/acme-r\d$/,
        reason: 'ReplicationLinkDown',
        by: 'manual',
        message: /its disk on redis-\d is full/,
      },
    ],
    plan: 1,
    apply: 2,
    release: (lab) => onMembers(lab, 'acme', 'rm -f /var/lib/redis/filler'),
  },
  {
    name: 'the memory is full, and nothing is evicted',
    tenant: 'globex',
    breakIt: async (lab) => {
      editTenant(lab, 'globex', 'maxmemory: 128Mi', 'maxmemory: 8Mi');
      await heal(lab);
      const fillMemory = "for i = 1, 200 do redis.call('SET', 'filler' .. i, string.rep('x', 100000)) end";
      await redisCli(lab, 'globex', 'EVAL', fillMemory, '0');
    },
    ready: 'False',
    atOnce: true,
    reason: 'WritesRefused',
    words: /OOM command not allowed/,
    findings: [
      {
        subject: 'service/globex',
        reason: 'WritesRefused',
        severity: 'critical',
        impacts: ['globex'],
        by: 'manual',
        have: /OOM/,
      },
      { subject: /^redis\/globex-r\d$/, reason: 'MemoryPressure', by: 'info', have: /of 8 Mi used/ },
    ],
    plan: 1,
    apply: 2,
    release: async (lab) => {
      editTenant(lab, 'globex', 'maxmemory: 8Mi', 'maxmemory: 128Mi');
    },
  },
  {
    name: 'a firewall on the proxy that has the virtual address drops the port',
    tenant: 'acme',
    breakIt: async (lab) => {
      const [owner = ''] = (await vipHolders(lab)).interfaces;
      const rule = `ip daddr 10.80.1.100 tcp dport ${ports.acme} iif != lo drop`;
      const chain = "add chain inet guard input '{ type filter hook input priority 0; }'";
      await must(lab.host(owner, `nft add table inet guard; nft ${chain}; nft add rule inet guard input ${rule}`));
    },
    ready: 'False',
    atOnce: true,
    reason: 'PortBlocked',
    words: /^tried from proxy-\d: /,
    findings: [
      {
        subject: 'service/acme',
        reason: 'PortBlocked',
        severity: 'critical',
        by: 'manual',
        message: new RegExp(
          `\`ip daddr 10\\.80\\.1\\.100 tcp dport ${ports.acme} iif != "lo" drop\` in chain inet guard input of proxy-\\d drops it`,
        ),
      },
    ],
    plan: 1,
    apply: 2,
    release: (lab) =>
      Promise.all(Object.keys(proxies).map((host) => lab.host(host, 'nft delete table inet guard 2>/dev/null'))),
  },
];

/** The same, in test:long. */
export const furtherOutages: readonly Case[] = [
  clientsAtTheLimit(),
  {
    name: "the master's password changed live, and no Sentinel notices",
    tenant: 'acme',
    breakIt: async (lab) => {
      const { master } = await view(lab, 'acme');
      await send(lab, 'acme', master, 6379, 'CONFIG SET requirepass another');
    },
    ready: 'False',
    reason: 'NoMaster',
    findings: [
      {
        subject: 'redis/acme',
        reason: 'PasswordDiffers',
        severity: 'critical',
        by: 'manual',
        message: /CONFIG SET requirepass/,
      },
    ],
    plan: 1,
    apply: 2,
    release: async (lab) => {
      // With the password that it has now, as the message says.
      for (const member of ['r1', 'r2', 'r3']) {
        const lines = `AUTH another\nCONFIG SET requirepass "${lab.passwords.acme}"\n`;
        await onHostOf(lab, member, lab.containers.inside(`acme-${member}`, 'redis-cli'), lines);
      }
    },
  },
];

/** Redis itself lets nobody in, while clients hold their sessions. */
function clientsAtTheLimit(): Case {
  let sessions: Client<LeakReport> | undefined;
  const limit = (lab: Lab, value: number) => redisCli(lab, 'acme', 'CONFIG', 'SET', 'maxclients', String(value));
  return {
    name: 'as many clients are connected as Redis allows',
    tenant: 'acme',
    breakIt: async (lab) => {
      sessions = await beginLeaking(lab, ports.acme, lab.passwords.acme, 40);
      await limit(lab, 10);
    },
    ready: 'False',
    reason: 'ConnectionLimit',
    findings: [{ subject: 'service/acme', reason: 'ConnectionLimit', severity: 'critical', by: 'manual' }],
    plan: 1,
    apply: 2,
    release: async (lab) => {
      await sessions?.stop();
      sessions = undefined;
      await until(
        'room for one more',
        () => limit(lab, 10_000),
        (reply) => reply === 'OK',
      );
    },
  };
}

/** A command for the Redis of a member, from within its container: AUTH and it must both be answered with OK. */
const say = (command: string) => `[ "$({ cat /etc/redis/auth; echo ${command}; } | redis-cli | grep -c '^OK$')" = 2 ]`;

/** Fills the disk of a member: in bulk without writing blocks, then the rest. */
export const fill = `cd /var/lib/redis
for round in 1 2 3; do
  free=$(stat -f -c "%a * %S" .)
  fallocate -o "$(stat -c %s filler 2>/dev/null || echo 0)" -l $(( $free * 98 / 100 )) filler
done
for size in 64k 1k; do dd if=/dev/zero bs=$size 2>/dev/null; done >>filler
[ "$(stat -f -c %a .)" = 0 ]`;

/** A script in the containers of members. */
export async function onMembers(
  lab: Lab,
  tenant: string,
  script: string,
  members: readonly string[] = ['r1', 'r2', 'r3'],
): Promise<void> {
  for (const member of members)
    await must(
      lab.host(hostOf(member), `${lab.containers.inside(`${tenant}-${member}`, 'sh')} <<'END'\n${script}\nEND`),
    );
}
