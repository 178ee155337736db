import { header } from '../lib/header.ts';
import { haproxyPlaces } from '../lib/proxy-paths.ts';
import { type Text, text } from '../lib/text.ts';

export interface HaproxyLimits {
  readonly connectTimeoutMs: number;
  readonly clientTimeoutMs: number;
  readonly serverTimeoutMs: number;
  readonly maxConnections: number;
  readonly drainTimeoutMs: number;
}

/** Connections reserved for the vote page: otherwise too many clients would make all checks fail and disconnect everyone. */
const reserve = 1024;

/** 00-global.cfg: the settings of all tenants. For HAProxy 2.4 and later. */
export function haproxyGlobal(limits: HaproxyLimits): Text {
  const { connectTimeoutMs, clientTimeoutMs, serverTimeoutMs, maxConnections, drainTimeoutMs } = limits;
  return text`${header}
global
  user haproxy
  group haproxy
  chroot ${haproxyPlaces.runtime}/jail
  stats socket ${haproxyPlaces.socket} mode 600 level admin
  # A session of this socket that is left open must not keep others from it.
  stats maxconn 100
  stats timeout 10s
  # Processes that a reload left with the connections of their clients.
  hard-stop-after ${drainTimeoutMs}ms
  mworker-max-reloads 20
  maxconn ${maxConnections + reserve}
  # If the host allows fewer open files, accept fewer connections instead of failing.
  no strict-limits
  # Written before each start (all servers down until a check passes) and each reload (current state).
  server-state-file ${haproxyPlaces.runtime}/state

defaults ec2-redis
  mode tcp
  retries 1
  load-server-state-from-file global
  timeout connect ${connectTimeoutMs}ms
  timeout client ${clientTimeoutMs}ms
  timeout server ${serverTimeoutMs}ms
  # After a reload the old worker runs no checks: keepalive ends its connections to a dead host.
  option clitcpka
  clitcpka-idle 10s
  clitcpka-intvl 5s
  clitcpka-cnt 3
  option srvtcpka
  srvtcpka-idle 5s
  srvtcpka-intvl 2s
  srvtcpka-cnt 3

# Counts the connections of all tenants; each listener rejects those above its limit.
backend admitted from ec2-redis
  stick-table type integer size 16 store conn_cur

# For keepalived alone: the socket above has a limit of sessions, and other users.
frontend health from ec2-redis
  mode http
  bind unix@${haproxyPlaces.health} mode 600
  timeout client 2s
  timeout http-request 2s
  http-request return status 200 content-type text/plain string serving

# /TENANT/MEMBER.VERDICT: the verdict on a member, for the checks of the servers only.
frontend votes from ec2-redis
  mode http
  bind ${haproxyPlaces.votes}
  timeout client 2s
  timeout http-request 2s
  use_backend votes.%[path,field(2,/)]
`;
}
