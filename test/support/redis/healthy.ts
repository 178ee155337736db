import type { Fleet, Tenant } from '../../../crds/fleet.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import type { BoundReconciler, FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { RespReply } from '../../../reconcilers/facts/fact.ts';
import { respProbes } from '../../../reconcilers/facts/index.ts';
import type { MemberFacts } from '../../../reconcilers/facts/member/members.ts';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { type RedisFacts, redisFact } from '../../../reconcilers/facts/redis/redis.ts';
import type { FactRequest } from '../../../reconcilers/facts/requests.ts';
import { type SentinelFacts, sentinelFact } from '../../../reconcilers/facts/sentinel/sentinel.ts';
import { containerName } from '../../../reconcilers/shared/names.ts';
import { digest, reveal } from '../../../renderers/lib/text.ts';
import { redisConf } from '../../../renderers/redis/redis-conf.ts';
import { authFile, redisRun } from '../../../renderers/redis/run.ts';
import { sentinelRun } from '../../../renderers/redis/sentinel-run.ts';
import masterReplies from './captured/r1.json' with { type: 'json' };
import replicaReplies from './captured/r2.json' with { type: 'json' };
import sentinelReplies from './captured/sentinel-r2.json' with { type: 'json' };

/** The observations of a tenant; tests change them before the diff. */
export interface World {
  members: Observation<MemberFacts>[];
  redis: Observation<RedisFacts>[];
  sentinels: Observation<SentinelFacts>[];
}

/** A healthy tenant with r1 as master, made from the replies of real servers. */
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
      [
        'redis.conf requirepass',
        'redis.conf masterauth',
        'sentinel.conf requirepass',
        'sentinel.conf auth-pass',
        'sentinel.conf sentinel-pass',
      ].map((name) => [name, secret]),
    ),
    exits: undefined,
    sentinelExits: undefined,
    said: [],
    memoryKills: 0,
    startGuard: { state: index === 0 ? 'master' : 'replica', words: 'started' },
    processes: [
      { command: 'redis-server', pid: 100 + index, state: 'S' },
      { command: 'redis-sentinel', pid: 200 + index, state: 'S' },
    ],
    data: 'complete',
    disk: { totalBytes: 2 ** 30, freeBytes: 2 ** 29 },
    ...part,
  };
}

export function redisFacts(tenant: Tenant, index: number, part: Partial<RedisFacts> = {}): RedisFacts {
  const member = tenant.members[index];
  if (!member) throw new Error('no such member');
  const raw = (index === 0 ? masterReplies : replicaReplies) as unknown as readonly RespReply[];
  const read = respProbes.redis.read(raw, redisFact(tenant, member));
  if (read.state !== 'present') throw new Error('the captured replies could not be read');
  const { replicaBufferBytes, backlogBytes } = tenant.redis;
  const own = {
    bind: `${member.address} 127.0.0.1`,
    'replica-announce-ip': member.address,
    'repl-backlog-size': String(backlogBytes),
    'client-output-buffer-limit': `normal 0 0 0 slave ${replicaBufferBytes} 0 0 pubsub 33554432 8388608 60`,
  };
  const masterauth = digest(tenant.password.reveal());
  const accepted = [masterauth];
  return { ...read.value, settings: { ...read.value.settings, ...own }, masterauth, accepted, ...part };
}

export function sentinelFacts(tenant: Tenant, index: number, part: Partial<SentinelFacts> = {}): SentinelFacts {
  const member = tenant.members[index];
  if (!member) throw new Error('no such member');
  const raw = sentinelReplies as unknown as readonly RespReply[];
  const read = respProbes.sentinel.read(raw, sentinelFact(tenant, member));
  if (read.state !== 'present' || !read.value.master) throw new Error('the captured replies could not be read');
  const { downAfterMs, failoverTimeoutMs } = tenant.sentinel;
  const others = tenant.members.filter((one) => one !== member);
  return {
    ...read.value,
    master: { ...read.value.master, downAfterMs, failoverTimeoutMs },
    announceIp: member.address,
    accepted: [digest(tenant.password.reveal())],
    sentinels: others.map(({ address }, n) => ({ address, port: 26379, flags: ['sentinel'], runId: `${n}` })),
    ...part,
  };
}

/** The findings of a component in this world. */
export function findings(component: BoundReconciler, tenant: Tenant, world: World): readonly Finding[] {
  const lookup = ((request: FactRequest) => answer(request, tenant, world)) as FactLookup;
  return component.items({ tenants: [tenant] } as unknown as Fleet, new Map()).flatMap((item) => item.diff(lookup));
}

function answer(request: FactRequest, tenant: Tenant, world: World): Observation<unknown> {
  const index = tenant.members.findIndex(
    (member) =>
      ('host' in request && request.host === member.host) ||
      ('endpoint' in request && request.endpoint.member === member.name),
  );
  if (request.fact === 'redis') return world.redis[index] ?? unknown('not observed');
  if (request.fact === 'sentinel') return world.sentinels[index] ?? unknown('not observed');
  if (request.fact !== 'members') return unknown('not requested in this test');
  const seen = world.members[index] ?? unknown('not observed');
  if (seen.state === 'present') return present([seen.value]);
  return seen.state === 'absent' ? present([]) : seen;
}

/** `subject field: Reason, remedy`, for short comparisons: `depends on SUBJECT`, `settling`, `manual`, or the operations. */
export function brief(finding: Finding): string {
  return `${finding.subject} ${finding.field}: ${finding.reason}, ${outcomeOf(finding)}`;
}

function outcomeOf({ remedy }: Finding): string {
  if (remedy.by === 'action') return remedy.actions.map(({ operation }) => operation).join(' ');
  if (remedy.by !== 'waiting') return remedy.by;
  return remedy.cause === 'dependency' ? `depends on ${remedy.dependsOn}` : remedy.cause;
}
