import { header } from '../lib/header.ts';
import { haproxyPlaces } from '../lib/proxy-paths.ts';
import { joined, type Text, text } from '../lib/text.ts';
import { memberCheck, sentinelCheck, sourcePorts } from './checks.ts';
import type { HaproxyTenant, Member } from './tenant.ts';
import { admittedOf, redisBackend, suffix } from './variables.ts';
import { votesOf } from './votes.ts';

/**
 * tenant-NAME.cfg: the tenant's listener, and a backend for the clients of each member. Clients get the member that reports `role:master`
 * and that a strict majority of the tenant's Sentinels name. One check per Sentinel and one per member store what they say in process
 * variables. The checks of the servers request the verdict from the vote page of this process.
 */
export function haproxyTenant(tenant: HaproxyTenant): Text {
  const each = (part: (tenant: HaproxyTenant, member: Member) => Text) =>
    tenant.members.map((member) => part(tenant, member));
  // In the order in which HAProxy schedules first checks: a verdict comes after what it is derived from.
  return joined([
    header,
    '\n',
    ...each(sentinelCheck),
    ...each(memberCheck),
    votesOf(tenant),
    ...each(redisBackendOf),
    listenerOf(tenant),
  ]);
}

/**
 * The sessions of a member end when one of the servers `denied` and `lost` comes up, which takes a positive answer of the vote page. Whatever
 * else fails, for whatever reason, ends none. That a member is lost must last for longer than one interval: after a moment in which
 * nothing could be checked, the member and the Sentinels do not come back at the same time.
 */
function redisBackendOf(tenant: HaproxyTenant, member: Member): Text {
  const { intervalMs } = tenant.check;
  const { name, address } = member;
  const check = `check inter ${intervalMs}ms`;
  const cuts = 'on-marked-up shutdown-backup-sessions';
  return text`backend ${redisBackend(tenant, member)} from ec2-redis
  timeout check ${intervalMs}ms
  option tcp-check
  tcp-check connect addr ${haproxyPlaces.votes}
  tcp-check send-lf "GET /${tenant.name}/%[srv_name] HTTP/1.0\\r\\n\\r\\n"
  tcp-check expect rstring '^HTTP/1.[01] (200|404)' comment 'is named by a majority of the Sentinels'
  tcp-check expect rstring '^HTTP/1.[01] 200' error-status L7OKC comment 'is known'
  use-server ${name} if TRUE
  server ${name} ${address}:${tenant.redisPort} source ${tenant.address}:${sourcePorts.clients} backup tcp-ut 10s
  server ${name}${suffix.master} ${nobody} ${check} fastinter 100ms fall 2 rise 1
  server ${name}${suffix.denied} ${nobody} ${check} fall 1 rise 1 ${cuts}
  server ${name}${suffix.lost} ${nobody} ${check} fall 1 rise 3 ${cuts}

`;
}

/** A closed port: its servers are there for their checks. */
const nobody = '127.0.0.1:1';

function listenerOf(tenant: HaproxyTenant): Text {
  const { members, name, maxConnections, maxConnectionsOfAll } = tenant;
  const admitted = `var(${admittedOf(tenant)})`;
  const uses = members.map((member) => {
    const backend = redisBackend(tenant, member);
    const up = (end: string) => `{ srv_is_up(${backend}/${member.name}${end}) }`;
    // After a reload nothing is in the variable, until a check has found it out.
    return `  use_backend ${backend} if { ${admitted} -m str ${member.name} } !${up(suffix.lost)}
  use_backend ${backend} if !{ ${admitted} -m found } ${up(suffix.master)} !${up(suffix.denied)} !${up(suffix.lost)}\n`;
  });
  return text`frontend redis.${name} from ec2-redis
  # transparent: the proxy without the virtual address can bind it too, and is ready when the address moves.
  bind ${tenant.vip}:${tenant.port} transparent
  tcp-request connection track-sc0 int(1) table admitted
  tcp-request connection reject if { fe_conn gt ${maxConnections} } || { sc0_conn_cur gt ${maxConnectionsOfAll} }
${uses.join('')}`;
}
