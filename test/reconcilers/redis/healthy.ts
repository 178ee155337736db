import type { Fleet, Tenant } from '../../../crds/fleet.ts';
import type { Drift } from '../../../reconcilers/drift.ts';
import { containerName } from '../../../reconcilers/names.ts';
import { type Observation, present, unknown } from '../../../reconcilers/observation.ts';
import { type Ask, senses } from '../../../reconcilers/questions/index.ts';
import type { MemberFacts } from '../../../reconcilers/questions/members.ts';
import { askRedis, type RedisFacts } from '../../../reconcilers/questions/redis.ts';
import type { RespReply } from '../../../reconcilers/questions/sense.ts';
import { askSentinel, type SentinelFacts } from '../../../reconcilers/questions/sentinel.ts';
import type { BoundReconciler, Seen } from '../../../reconcilers/reconciler.ts';
import { redisConf } from '../../../renderers/redis-conf.ts';
import { authFile, redisRun } from '../../../renderers/redis-run.ts';
import { sentinelRun } from '../../../renderers/sentinel-run.ts';
import { digest, reveal } from '../../../renderers/text.ts';
import sentinelReplies from '../sentinel/captured/r2.json' with { type: 'json' };
import masterReplies from './captured/r1.json' with { type: 'json' };
import replicaReplies from './captured/r2.json' with { type: 'json' };

/** What is seen of a tenant; changed by tests before it is looked at. */
export interface World {
  members: Observation<MemberFacts>[];
  redis: Observation<RedisFacts>[];
  sentinels: Observation<SentinelFacts>[];
}

/** All in order: r1 is master. Made from what real servers answered. */
export function healthy(tenant: Tenant): World {
  return {
    members: tenant.members.map((_, index) => present(memberFacts(tenant, index))),
    redis: tenant.members.map((_, index) => present(redisFacts(tenant, index))),
    sentinels: tenant.members.map((_, index) => present(sentinelFacts(tenant, index))),
  };
}

export function memberFacts(tenant: Tenant, index: number, part: Partial<MemberFacts> = {}): MemberFacts {
  const member = tenant.members[index];
  if (!member) throw new Error('no such member');
  const secret = digest(tenant.password.reveal());
  const lines = reveal(redisConf(tenant, member)).split('\n');
  return {
    name: containerName(tenant, member),
    marks: { bootstrap: 'r1', bootstrapped: 'yes' },
    files: {
      'redis-run': { mode: '755', sha256: digest(redisRun(tenant, member)) },
      'sentinel-run': { mode: '755', sha256: digest(sentinelRun()) },
      auth: { mode: '600', sha256: digest(authFile(tenant)) },
      'redis.conf': { mode: '600', sha256: undefined },
      'sentinel.conf': { mode: '600', sha256: undefined },
    },
    lines: { 'redis.conf': lines.filter((line) => line !== '' && !/^#|pass|auth/.test(line)) },
    secrets: Object.fromEntries(
      ['redis.conf requirepass', 'redis.conf masterauth', 'sentinel.conf auth-pass', 'sentinel.conf sentinel-pass'].map(
        (name) => [name, secret],
      ),
    ),
    exits: undefined,
    fence: { state: index === 0 ? 'master' : 'replica', words: 'started' },
    processes: [
      { command: 'redis-server', pid: 100 + index, state: 'S' },
      { command: 'redis-sentinel', pid: 200 + index, state: 'S' },
    ],
    data: 'complete',
    ...part,
  };
}

export function redisFacts(tenant: Tenant, index: number, part: Partial<RedisFacts> = {}): RedisFacts {
  const member = tenant.members[index];
  if (!member) throw new Error('no such member');
  const raw = (index === 0 ? masterReplies : replicaReplies) as unknown as readonly RespReply[];
  const read = senses.redis.read(raw, askRedis(tenant, member));
  if (read.state !== 'present') throw new Error('the captured replies could not be read');
  const own = { bind: `${member.address} 127.0.0.1`, 'replica-announce-ip': member.address };
  return { ...read.value, settings: { ...read.value.settings, ...own }, ...part };
}

export function sentinelFacts(tenant: Tenant, index: number, part: Partial<SentinelFacts> = {}): SentinelFacts {
  const member = tenant.members[index];
  if (!member) throw new Error('no such member');
  const raw = sentinelReplies as unknown as readonly RespReply[];
  const read = senses.sentinel.read(raw, askSentinel(tenant, member));
  if (read.state !== 'present' || !read.value.master) throw new Error('the captured replies could not be read');
  const { downAfterMs, failoverTimeoutMs } = tenant.sentinel;
  const others = tenant.members.filter((one) => one !== member);
  return {
    ...read.value,
    master: { ...read.value.master, downAfterMs, failoverTimeoutMs },
    announceIp: member.address,
    sentinels: others.map(({ address }, n) => ({ address, port: 26379, flags: ['sentinel'], runId: `${n}` })),
    ...part,
  };
}

/** What a concern finds in this world. */
export function findings(concern: BoundReconciler, tenant: Tenant, world: World): readonly Drift[] {
  const seen = ((ask: Ask) => answer(ask, tenant, world)) as Seen;
  return concern.items({ tenants: [tenant] } as unknown as Fleet, new Map()).flatMap((item) => item.diff(seen));
}

function answer(ask: Ask, tenant: Tenant, world: World): Observation<unknown> {
  const place = tenant.members.findIndex(
    (member) =>
      ('host' in ask && ask.host === member.host) || ('endpoint' in ask && ask.endpoint.member === member.name),
  );
  if (ask.what === 'redis') return world.redis[place] ?? unknown('nobody');
  if (ask.what === 'sentinel') return world.sentinels[place] ?? unknown('nobody');
  if (ask.what !== 'members') return unknown('not asked in this test');
  const seen = world.members[place] ?? unknown('nobody');
  if (seen.state === 'present') return present([seen.value]);
  return seen.state === 'absent' ? present([]) : seen;
}

/** `subject field: remedy`, for short comparisons. */
export function brief(drift: Drift): string {
  const { by } = drift.remedy;
  const verbs = drift.remedy.by === 'action' ? ` ${drift.remedy.actions.map(({ verb }) => verb).join(' ')}` : '';
  return `${drift.subject} ${drift.field}: ${by}${verbs}`;
}
