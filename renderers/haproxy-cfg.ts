import { header } from './header.ts';
import { haproxyPlaces } from './proxy-places.ts';
import { type Text, text } from './text.ts';

export interface HaproxyLimits {
  readonly connectTimeoutMs: number;
  readonly clientTimeoutMs: number;
  readonly serverTimeoutMs: number;
  readonly maxConnections: number;
}

/** Connections kept free for the vote page: without them a flood of clients would fail every check and so cut everybody. */
const reserve = 1024;

/** 00-global.cfg: what all tenants share. For HAProxy 2.4 and later. */
export function haproxyGlobal(limits: HaproxyLimits): Text {
  const { connectTimeoutMs, clientTimeoutMs, serverTimeoutMs, maxConnections } = limits;
  return text`${header}
global
  user haproxy
  group haproxy
  chroot ${haproxyPlaces.runtime}/jail
  stats socket ${haproxyPlaces.socket} mode 600 level admin
  stats timeout 10s
  maxconn ${maxConnections + reserve}
  # A host that allows fewer open files serves fewer connections, rather than none.
  no strict-limits
  # Written before each start (every server down until a check passes) and each reload (as they are).
  server-state-file ${haproxyPlaces.runtime}/state

defaults ec2-redis
  mode tcp
  retries 1
  load-server-state-from-file global
  timeout connect ${connectTimeoutMs}ms
  timeout client ${clientTimeoutMs}ms
  timeout server ${serverTimeoutMs}ms
  # After a reload the old worker checks nobody any more: keepalive ends its connections to a host that died.
  option clitcpka
  clitcpka-idle 10s
  clitcpka-intvl 5s
  clitcpka-cnt 3
  option srvtcpka
  srvtcpka-idle 5s
  srvtcpka-intvl 2s
  srvtcpka-cnt 3

# Counts the connections of all tenants together; each listener refuses those over the limit.
backend admitted from ec2-redis
  stick-table type integer size 16 store conn_cur

# /TENANT/MEMBER: 200 if a majority of the tenant's Sentinels name that member. Asked by the members' checks only.
frontend votes from ec2-redis
  mode http
  bind ${haproxyPlaces.votes}
  timeout client 2s
  timeout http-request 2s
  use_backend votes.%[path,field(2,/)]
`;
}
