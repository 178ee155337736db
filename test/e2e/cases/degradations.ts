import { editTenant } from '../support/account.ts';
import { observe } from '../support/findings.ts';
import { beginLoad, type Client, type Lab, type LoadReport, must, until } from '../support/lab.ts';
import { masterOf, onHostOf, redisPort, replicasOf, send, type TenantName } from '../support/members.ts';
import { hosts } from '../support/snapshot.ts';
import { heal, ports } from '../support/tenants.ts';
import type { Case } from './case.ts';
import { fill, onMembers } from './outages.ts';

/** A script in the container of a tenant's first replica. */
const inReplica = async (lab: Lab, tenant: TenantName, script: string) => {
  const [member] = await replicasOf(lab, tenant);
  await onMembers(lab, tenant, script, [member]);
};

const ofReplica = (tenant: TenantName) => new RegExp(`^redis/${tenant}-r\\d$`);

/** Clients write and read, and something that they rely on is not in order. */
export const degradations: readonly Case[] = [
  {
    name: 'a replica is gone',
    tenant: 'globex',
    breakIt: async (lab) => {
      const [member] = await replicasOf(lab, 'globex');
      await onHostOf(lab, member, lab.containers.kill(`globex-${member}`));
    },
    ready: 'True',
    reason: 'ReplicaDown',
    findings: [{ subject: /^container\/globex-r\d$/, reason: 'NotRunning', by: 'action' }],
    plan: 1,
    apply: 0,
  },
  {
    name: 'the disk of a replica is full',
    tenant: 'globex',
    breakIt: (lab) => inReplica(lab, 'globex', fill),
    ready: 'True',
    reason: 'DiskFull',
    findings: [{ subject: ofReplica('globex'), reason: 'DiskFull', by: 'manual', field: 'disk' }],
    plan: 1,
    apply: 2,
    release: (lab) => onMembers(lab, 'globex', 'rm -f /var/lib/redis/filler'),
  },
  {
    name: 'packets of more than 1500 bytes are lost on the way to a Redis host',
    tenant: 'acme',
    breakIt: async (lab) => {
      const chain = "add chain inet narrow out '{ type filter hook output priority 0; }'";
      const rule = 'ip daddr 10.80.0.0/16 ip protocol icmp ip length \\> 1500 drop';
      await must(lab.host('redis-2', `nft add table inet narrow; nft ${chain}; nft add rule inet narrow out ${rule}`));
    },
    ready: 'True',
    reason: 'PathMtu',
    words: /packets of more than 1500 bytes are lost between \S+ and redis-2/,
    findings: [
      {
        subject: 'mesh/redis-1>redis-2',
        reason: 'PathMtu',
        by: 'manual',
        have: 'at most 1500',
        want: 'at least 9001',
        message: /ping -M do -s 8973/,
      },
      { subject: 'mesh/proxy-1>redis-2', reason: 'PathMtu' },
    ],
    plan: 1,
    apply: 2,
    release: (lab) => must(lab.host('redis-2', 'nft delete table inet narrow')),
  },
  {
    name: 'all Sentinels were stopped for some seconds, and are in TILT',
    tenant: 'globex',
    breakIt: async (lab) => {
      const signal = (name: string) =>
        Promise.all(
          ['r1', 'r2', 'r3'].map((member) =>
            onHostOf(lab, member, lab.containers.inside(`globex-${member}`, `pkill -${name} -x redis-sentinel`)),
          ),
        );
      const begun = Date.now();
      await signal('STOP');
      await until(
        'four seconds to have passed',
        async () => Date.now() - begun,
        (passed) => passed > 4000,
      );
      await signal('CONT');
    },
    ready: 'True',
    reason: 'Degraded',
    words: /TILT/,
    findings: [{ subject: /^sentinel\/globex-r\d$/, reason: 'InTilt', by: 'waiting' }],
    plan: 1,
    apply: 0,
  },
  {
    name: 'masterauth of a replica changed live',
    tenant: 'acme',
    breakIt: async (lab) => {
      const [member] = await replicasOf(lab, 'acme');
      await send(lab, 'acme', member, redisPort, 'CONFIG SET masterauth another');
    },
    ready: 'True',
    reason: 'AllInOrder',
    findings: [{ subject: ofReplica('acme'), reason: 'PasswordDiffers', by: 'action', field: 'masterauth' }],
    plan: 1,
    apply: 0,
  },
  {
    name: 'replica-announce-ip of a replica changed live, and its link cut once',
    tenant: 'globex',
    breakIt: async (lab) => {
      const [member] = await replicasOf(lab, 'globex');
      await send(lab, 'globex', member, redisPort, 'CONFIG SET replica-announce-ip 10.102.0.99');
      const master = await masterOf(lab, 'globex');
      await send(lab, 'globex', member, redisPort, 'CLIENT KILL TYPE master');
      await until(
        'the master to list the other address',
        () => send(lab, 'globex', master, redisPort, 'INFO replication'),
        (info) => info.includes('ip=10.102.0.99'),
      );
    },
    ready: 'True',
    reason: 'ReplicaDown',
    findings: [{ subject: ofReplica('globex'), reason: 'SettingDiffers', field: 'replica-announce-ip' }],
    plan: 1,
    apply: 0,
  },
  {
    name: 'the kernel kills a process in the container of a member, which reached its memory limit',
    tenant: 'acme',
    breakIt: async (lab) => {
      // Its buffer alone is larger than the container's memory; the kernel kills the largest process.
      const script = 'dd if=/dev/zero of=/dev/null bs=400M count=1 2>/dev/null; true';
      await inReplica(lab, 'acme', script);
    },
    ready: 'True',
    reason: 'OomKilled',
    findings: [{ subject: ofReplica('acme'), reason: 'OomKilled', by: 'info' }],
    plan: 0,
    apply: 0,
    release: async (lab) => {
      // The kernel counts from the start of the container on.
      const { findings } = await observe(lab);
      for (const { subject } of findings.filter(({ reason }) => reason === 'OomKilled')) {
        const name = subject.replace('redis/', '');
        await onHostOf(lab, name.slice(-2), lab.containers.kill(name));
      }
    },
  },
  {
    name: 'the data of a replica is of a later version of Redis, and it was restarted',
    tenant: 'globex',
    breakIt: (lab) => {
      const files = '/var/lib/redis/dump.rdb /var/lib/redis/appendonlydir/*.base.rdb';
      return inReplica(
        lab,
        'globex',
        `for file in ${files}; do [ ! -f "$file" ] || printf REDIS0099 >"$file"; done; pkill -9 -x redis-server`,
      );
    },
    ready: 'True',
    reason: 'ReplicaDown',
    findings: [
      {
        subject: ofReplica('globex'),
        reason: 'CrashLoop',
        by: 'manual',
        message: /cannot read a data set of a later version of Redis .*7\.\d/,
      },
    ],
    plan: 1,
    apply: 2,
    release: async (lab) => {
      const [member] = await replicasOf(lab, 'globex');
      await onMembers(lab, 'globex', 'rm -rf /var/lib/redis/dump.rdb /var/lib/redis/appendonlydir', [member]);
    },
  },
  resynchronizations(),
  {
    name: 'the default user of a replica may not read settings',
    tenant: 'acme',
    breakIt: async (lab) => {
      const [member] = await replicasOf(lab, 'acme');
      await send(lab, 'acme', member, redisPort, 'ACL SETUSER default -config');
    },
    ready: 'True',
    reason: 'Degraded',
    words: /CONFIG GET is refused/,
    findings: [{ subject: ofReplica('acme'), reason: 'NotObserved', by: 'unknown', field: 'settings' }],
    plan: 3,
    apply: 3,
    release: async (lab) => {
      for (const member of ['r1', 'r2', 'r3'])
        await send(lab, 'acme', member, redisPort, 'ACL SETUSER default +config');
    },
  },
  {
    name: 'sshd on both proxies forwards no connections',
    tenant: 'acme',
    breakIt: (lab) => forwarding(lab, 'no'),
    ready: 'Unknown',
    reason: 'NotObserved',
    findings: [
      { subject: 'host/proxy-1@forwarding', reason: 'TcpForwardingRefused', message: /AllowTcpForwarding yes/ },
      { subject: 'host/proxy-2@forwarding', reason: 'TcpForwardingRefused' },
    ],
    plan: 3,
    apply: 3,
    release: (lab) => forwarding(lab, 'yes'),
  },
  {
    name: '/tmp is full on all hosts, which nothing of ours needs',
    tenant: 'acme',
    breakIt: (lab) =>
      Promise.all(
        hosts.map((host) =>
          must(
            lab.host(
              host,
              'mount -t tmpfs -o size=64k tmpfs /tmp && ! dd if=/dev/zero of=/tmp/full bs=64k 2>/dev/null',
            ),
          ),
        ),
      ),
    ready: 'True',
    reason: 'AllInOrder',
    findings: [],
    plan: 0,
    apply: 0,
    release: (lab) => Promise.all(hosts.map((host) => lab.host(host, 'umount /tmp'))),
  },
];

/** A replica gets the data set again and again, since clients write more meanwhile than the master may keep for it. */
function resynchronizations(): Case {
  // The limit is at least as large as the backlog (checkClientOutputBufferLimits in networking.c).
  const limit = "\n      repl-backlog-size: 1mb\n      client-output-buffer-limit: 'replica 1mb 1mb 1'";
  const policy = 'maxmemory-policy: noeviction';
  let load: Client<LoadReport> | undefined;
  let slow: string | undefined;
  return {
    name: 'the output buffer of replicas is too small for what clients write while one receives the data set over a slow network',
    tenant: 'globex',
    breakIt: async (lab) => {
      editTenant(lab, 'globex', policy, `${policy}${limit}`);
      await heal(lab);
      load = await beginLoad(lab, ports.globex, lab.passwords.globex, { megabytes: 60, rate: 5 });
      [slow] = await replicasOf(lab, 'globex');
      await onHostOf(lab, slow, 'tc qdisc add dev ct102 root tbf rate 40mbit burst 64k latency 400ms');
      await onMembers(lab, 'globex', 'rm -rf /var/lib/redis/*; pkill -9 -x redis-server', [slow]);
    },
    ready: 'True',
    reason: 'ReplicaDown',
    findings: [
      {
        subject: ofReplica('globex'),
        reason: 'ReplicationLinkDown',
        by: 'manual',
        message: /closes its connection again and again, because its output buffer reaches the limit of 1Mi/,
      },
    ],
    plan: 1,
    apply: 2,
    release: async (lab) => {
      await load?.stop();
      load = undefined;
      if (slow) await onHostOf(lab, slow, 'tc qdisc del dev ct102 root');
      slow = undefined;
      editTenant(lab, 'globex', limit, '');
    },
  };
}

async function forwarding(lab: Lab, value: 'yes' | 'no'): Promise<void> {
  const file = '/etc/ssh/sshd_config';
  for (const host of ['proxy-1', 'proxy-2'])
    await must(
      lab.host(
        host,
        `sed -i '/^AllowTcpForwarding/d' ${file}; sed -i '1i AllowTcpForwarding ${value}' ${file}; systemctl reload ssh`,
      ),
    );
}
