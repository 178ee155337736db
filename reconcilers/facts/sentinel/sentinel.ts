import type { Member, Tenant } from '../../../crds/fleet.ts';
import type { RespEndpoint, RespProbe, RespReply } from '../fact.ts';
import { present, unknown } from '../observation.ts';
import { endpointOf } from '../redis/redis.ts';
import { acceptedBy, fieldsOf, getUser, infoOf, isError, isList } from '../resp-replies.ts';

/** The state of a member's Sentinel. */
export interface SentinelFacts {
  /** Names of all masters that it monitors. */
  readonly watches: readonly string[];
  /** The tenant's master as this Sentinel reports it; undefined if it does not monitor it. */
  readonly master: WatchedMaster | undefined;
  readonly replicas: readonly KnownReplica[];
  readonly sentinels: readonly KnownSentinel[];
  /** The reply to SENTINEL CKQUORUM. */
  readonly quorumCheck: { readonly ok: boolean; readonly words: string };
  readonly tilt: boolean;
  readonly announceIp: string;
  readonly announcePort: number;
  readonly resolveHostnames: string;
  /** SHA-256 of each password that it accepts. Undefined if it refuses to tell. */
  readonly accepted: readonly string[] | undefined;
}

export interface WatchedMaster {
  /** The address given to clients (get-master-addr-by-name): during a failover the promoted one, before SENTINEL MASTER shows it. */
  readonly address: string;
  readonly port: number;
  readonly epoch: number;
  /** `master`, `s_down`, `o_down`, `failover_in_progress` … */
  readonly flags: readonly string[];
  readonly quorum: number;
  readonly downAfterMs: number;
  readonly failoverTimeoutMs: number;
  readonly parallelSyncs: number;
  readonly otherSentinels: number;
}

export interface KnownReplica {
  readonly address: string;
  readonly port: number;
  readonly flags: readonly string[];
  readonly roleReported: string;
  readonly roleReportedMs: number;
}

export interface KnownSentinel {
  readonly address: string;
  readonly port: number;
  readonly flags: readonly string[];
  readonly runId: string;
}

interface Args {
  readonly endpoint: RespEndpoint;
  readonly master: string;
}

export const sentinel: RespProbe<Args, SentinelFacts> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  // Never CONFIG GET *: its reply contains sentinel-pass.
  commands: ({ master }) => [
    ['SENTINEL', 'MASTERS'],
    ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master],
    ['SENTINEL', 'REPLICAS', master],
    ['SENTINEL', 'SENTINELS', master],
    ['SENTINEL', 'CKQUORUM', master],
    ['INFO', 'sentinel'],
    getUser,
    ...['announce-ip', 'announce-port', 'resolve-hostnames'].map((name) => ['SENTINEL', 'CONFIG', 'GET', name]),
  ],
  read: (replies, { master }) => {
    const [masters, address, replicas, sentinels, check, info, user, ...settings] = replies;
    if (isError(masters)) return unknown(masters.error);
    if (!isList(masters)) return unknown('the reply to SENTINEL MASTERS is not a list');
    const watched = masters.map(fieldsOf);
    const config = new Map(settings.flatMap((reply) => [...fieldsOf(reply)]));
    return present({
      watches: watched.map((one) => one.get('name') ?? ''),
      master: masterOf(
        watched.find((one) => one.get('name') === master),
        address,
      ),
      replicas: listOf(replicas).map(replicaOf),
      sentinels: listOf(sentinels).map(sentinelOf),
      quorumCheck: isError(check) ? { ok: false, words: check.error } : { ok: true, words: String(check) },
      tilt: infoOf(info).get('sentinel_tilt') === '1',
      announceIp: config.get('announce-ip') ?? '',
      announcePort: Number(config.get('announce-port') ?? 0),
      resolveHostnames: config.get('resolve-hostnames') ?? '',
      accepted: acceptedBy(user),
    });
  },
};

/** The fact request for one member's Sentinel. Every component uses this one, so that it is read once. */
export function sentinelFact(tenant: Tenant, member: Member): { readonly fact: 'sentinel' } & Args {
  return { fact: 'sentinel', endpoint: endpointOf(tenant, member, tenant.sentinel.port), master: tenant.masterName };
}

type Fields = ReadonlyMap<string, string>;

function listOf(reply: RespReply | undefined): readonly Fields[] {
  return isList(reply) ? reply.map(fieldsOf) : [];
}

function masterOf(fields: Fields | undefined, address: RespReply | undefined): WatchedMaster | undefined {
  if (!fields) return undefined;
  const [ip, port] = isList(address) ? address : [];
  return {
    address: String(ip ?? ''),
    port: Number(port ?? 0),
    epoch: number(fields, 'config-epoch'),
    flags: flagsOf(fields),
    quorum: number(fields, 'quorum'),
    downAfterMs: number(fields, 'down-after-milliseconds'),
    failoverTimeoutMs: number(fields, 'failover-timeout'),
    parallelSyncs: number(fields, 'parallel-syncs'),
    otherSentinels: number(fields, 'num-other-sentinels'),
  };
}

function replicaOf(fields: Fields): KnownReplica {
  return {
    address: fields.get('ip') ?? '',
    port: number(fields, 'port'),
    flags: flagsOf(fields),
    roleReported: fields.get('role-reported') ?? '',
    roleReportedMs: number(fields, 'role-reported-time'),
  };
}

function sentinelOf(fields: Fields): KnownSentinel {
  return {
    address: fields.get('ip') ?? '',
    port: number(fields, 'port'),
    flags: flagsOf(fields),
    runId: fields.get('runid') ?? '',
  };
}

function flagsOf(fields: Fields): readonly string[] {
  return (fields.get('flags') ?? '').split(',').filter(Boolean);
}

function number(fields: Fields, name: string): number {
  return Number(fields.get(name) ?? -1);
}
