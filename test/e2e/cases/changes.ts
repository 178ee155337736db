import { edit, editTenant } from '../support/account.ts';
import { beginLeaking, type Client, type Lab, type LeakReport, must, until } from '../support/lab.ts';
import { masterOf, onHostOf, redisPort, replicasOf, send } from '../support/members.ts';
import { ports, redisCli, view, vipHolders } from '../support/tenants.ts';
import type { Case } from './case.ts';

/** A variable that only Redis knows not to exist. It refuses it, and does not start with it. */
const refused = "\n      proc-title-template: '{nothing}'";
const declared = 'maxmemory-policy: noeviction';

function inDatabase9(lab: Lab, command: string): Promise<unknown> {
  return redisCli(lab, 'acme', 'EVAL', `redis.call('SELECT', '9') ${command}`, '0');
}

/** A document, or a host, is changed in a way that must not be carried out as it stands. Clients are served meanwhile. */
export const changes: readonly Case[] = [
  {
    name: 'maxmemory below what is used is declared',
    tenant: 'globex',
    breakIt: async (lab) => {
      const fillMemory = "for i = 1, 200 do redis.call('SET', 'filler' .. i, string.rep('x', 100000)) end";
      await redisCli(lab, 'globex', 'EVAL', fillMemory, '0');
      editTenant(lab, 'globex', 'maxmemory: 128Mi', 'maxmemory: 8Mi');
    },
    ready: 'True',
    reason: 'AllInOrder',
    findings: [
      {
        subject: /^redis\/globex-r\d$/,
        reason: 'SettingDiffers',
        field: 'maxmemory',
        by: 'manual',
        message: /2\d Mi are used, .* apply --accept writes=globex/,
      },
    ],
    plan: 1,
    apply: 2,
    release: async (lab) => {
      editTenant(lab, 'globex', 'maxmemory: 8Mi', 'maxmemory: 128Mi');
      await redisCli(lab, 'globex', 'FLUSHALL');
    },
  },
  {
    name: 'fewer databases than have keys are declared, beside a setting that Redis takes at once',
    tenant: 'acme',
    breakIt: async (lab) => {
      await inDatabase9(lab, "redis.call('SET', 'kept', '1')");
      editTenant(lab, 'acme', declared, `${declared}\n      databases: '8'\n      timeout: '300'`);
    },
    ready: 'True',
    reason: 'AllInOrder',
    findings: [
      {
        subject: 'redis/acme-r1',
        reason: 'SettingFixedAtStart',
        field: 'databases',
        by: 'manual',
        message: /database 9 has keys: Redis would not start with databases 8/,
        have: '16',
        want: '8',
      },
      { subject: 'redis/acme-r1', reason: 'SettingDiffers', field: 'timeout', by: 'action', have: '0', want: '300' },
    ],
    plan: 1,
    apply: 2,
    release: async (lab) => {
      editTenant(lab, 'acme', "\n      databases: '8'\n      timeout: '300'", '');
      await inDatabase9(lab, "redis.call('DEL', 'kept')");
    },
  },
  {
    name: 'a value that Redis refuses is declared and applied, and then all Redis hosts lose power',
    tenant: 'acme',
    breakIt: async (lab) => {
      editTenant(lab, 'acme', declared, `${declared}${refused}`);
      const { code, out } = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '30s');
      if (code !== 2) throw new Error(`apply ended with ${code}: ${out}`);
      const redisHosts = ['redis-1', 'redis-2', 'redis-3'];
      for (const order of ['power-off', 'power-on'])
        await Promise.all(redisHosts.map((host) => must(lab.command('fault', order, '--name', lab.name, host))));
      await until(
        'acme to serve again',
        () => view(lab, 'acme'),
        ({ reason }) => reason === 'AllInOrder',
        180,
      );
    },
    ready: 'True',
    reason: 'AllInOrder',
    findings: [{ subject: /^redis\/acme-r\d$/, reason: 'SettingDiffers', field: 'proc-title-template' }],
    plan: 1,
    apply: 2,
    release: async (lab) => editTenant(lab, 'acme', refused, ''),
  },
  {
    name: 'another virtual router id is declared, while one proxy does not let the operator in',
    tenant: 'acme',
    breakIt: async (lab) => {
      edit(lab, 'proxypair.yaml', /routerId: \d+/, 'routerId: 77');
      const [owner] = (await vipHolders(lab)).owners;
      const other = owner === 'proxy-1' ? 'proxy-2' : 'proxy-1';
      await must(lab.command('fault', 'cut-operator', '--name', lab.name, other));
    },
    ready: 'True',
    reason: 'Degraded',
    findings: [
      { subject: /^vip\/front@proxy-\d$/, reason: 'VrrpDiffers', by: 'waiting', message: /could not be observed/ },
    ],
    plan: 3,
    apply: 3,
    release: async (lab) => {
      await must(lab.command('heal', '--name', lab.name));
      edit(lab, 'proxypair.yaml', /routerId: \d+/, 'routerId: 51');
    },
  },
  {
    name: 'another virtual router id was written on the proxy without the VIP, by hand',
    tenant: 'acme',
    breakIt: async (lab) => {
      const [owner] = (await vipHolders(lab)).owners;
      const standby = owner === 'proxy-1' ? 'proxy-2' : 'proxy-1';
      const conf = '/etc/ec2-redis-operator/vip/keepalived.conf';
      const edited = `sed -i 's/virtual_router_id .*/virtual_router_id 99/' ${conf}`;
      await must(lab.host(standby, `${edited} && systemctl reload ec2-redis-keepalived`));
    },
    ready: 'True',
    reason: 'SplitVip',
    findings: [{ subject: /^vip\/front@proxy-\d$/, reason: 'FileDiffers', by: 'action' }],
    plan: 1,
    apply: 0,
  },
  reloads(),
  fewerConnections(),
  {
    name: 'CONFIG does not exist any more on a replica, which was restarted so',
    tenant: 'globex',
    breakIt: async (lab) => {
      const [member] = await replicasOf(lab, 'globex');
      const conf = `/var/lib/ec2-redis-operator/members/globex-${member}/conf/redis.conf`;
      const kill = lab.containers.inside(`globex-${member}`, 'pkill -9 -x redis-server');
      await onHostOf(lab, member, `echo 'rename-command CONFIG ""' >>${conf}; ${kill}`);
      await until(
        'it to be in sync again',
        async () => send(lab, 'globex', await masterOf(lab, 'globex'), redisPort, 'INFO replication'),
        (text) => text.includes('connected_slaves:2') && !/state=(wait_bgsave|send_bulk)/.test(text),
      );
    },
    ready: 'True',
    reason: 'Degraded',
    words: /settings of r\d are unknown/,
    findings: [{ subject: /^redis\/globex-r\d$/, reason: 'NotObserved', field: 'settings', by: 'unknown' }],
    plan: 3,
    apply: 3,
    release: async (lab) => {
      for (const member of ['r1', 'r2', 'r3']) {
        const conf = `/var/lib/ec2-redis-operator/members/globex-${member}/conf/redis.conf`;
        const restart = lab.containers.inside(`globex-${member}`, 'pkill -9 -x redis-server');
        await onHostOf(
          lab,
          member,
          `! grep -q '^rename-command' ${conf} || { sed -i '/^rename-command/d' ${conf}; ${restart}; }`,
        );
      }
    },
  },
  {
    name: 'files of interrupted saves lie in the data directory of a replica',
    tenant: 'acme',
    breakIt: async (lab) => {
      const [member] = await replicasOf(lab, 'acme');
      const container = `acme-${member}`;
      const left = ['temp-123.rdb', 'temp-rewriteaof-bg-7.aof', 'appendonlydir/temp-7.aof'];
      const data = '/var/lib/redis';
      await onHostOf(
        lab,
        member,
        lab.containers.inside(container, `touch ${left.map((one) => `${data}/${one}`).join(' ')}`),
      );
      await onHostOf(lab, member, lab.containers.inside(container, 'pkill -9 -x redis-server'));
      await until(
        'its next start to have removed them',
        () => onHostOf(lab, member, lab.containers.inside(container, `find ${data} -name 'temp-*'`)),
        ({ out }) => out.trim() === '',
      );
    },
    ready: 'True',
    reason: 'AllInOrder',
    findings: [],
    plan: 0,
    apply: 0,
  },
];

/** Fewer for all tenants of the pair than one of them has open. */
function fewerConnections(): Case {
  const fewer = '\n  haproxy:\n    maxConnections: 20';
  let sessions: Client<LeakReport> | undefined;
  const asked = { subject: /^haproxy\/proxy-\d$/, reason: 'ConnectionLimitBelowUsage', by: 'manual' } as const;
  return {
    name: 'fewer connections than are open are declared for the tenants of the pair together',
    tenant: 'acme',
    breakIt: async (lab) => {
      sessions = await beginLeaking(lab, ports.acme, lab.passwords.acme, 30);
      edit(lab, 'proxypair.yaml', 'advertInterval: 200ms', `advertInterval: 200ms${fewer}`);
    },
    ready: 'True',
    reason: 'AllInOrder',
    findings: [
      {
        ...asked,
        field: 'haproxy.maxConnections',
        want: '20',
        message: /apply --accept connections=acme,connections=globex/,
      },
      { ...asked, field: 'expose.maxConnections of acme', want: '10', message: /apply --accept connections=acme/ },
    ],
    plan: 1,
    apply: 2,
    release: async (lab) => {
      edit(lab, 'proxypair.yaml', fewer, '');
      const report = await sessions?.stop();
      sessions = undefined;
      if (report?.cut) throw new Error(`${report.cut} connections were closed`);
    },
  };
}

/** Each reload leaves a process of HAProxy that serves the sessions that it has. */
function reloads(): Case {
  let sessions: Client<LeakReport> | undefined;
  return {
    name: 'HAProxy was reloaded while clients were idle',
    tenant: 'acme',
    breakIt: async (lab: Lab) => {
      sessions = await beginLeaking(lab, ports.acme, lab.passwords.acme, 2);
      const [owner = ''] = (await vipHolders(lab)).owners;
      await must(lab.host(owner, 'systemctl reload ec2-redis-haproxy'));
    },
    ready: 'True',
    reason: 'AllInOrder',
    findings: [{ subject: /^haproxy\/proxy-\d$/, reason: 'OldWorkers', by: 'info', have: /^1, started / }],
    plan: 0,
    apply: 0,
    release: async () => {
      await sessions?.stop();
      sessions = undefined;
    },
  };
}
