import type { Secret } from '../crds/secret.ts';
import { header } from './header.ts';
import { haproxyPlaces } from './proxy-places.ts';
import { replyHex, respHex } from './resp.ts';
import { joined, type Text, text } from './text.ts';

export interface HaproxyTenant {
  readonly name: string;
  readonly masterName: string;
  readonly vip: string;
  readonly port: number;
  readonly maxConnections: number;
  readonly members: readonly { readonly name: string; readonly address: string }[];
  readonly redisPort: number;
  readonly sentinelPort: number;
  readonly password: Secret;
  readonly check: { readonly intervalMs: number; readonly fall: number; readonly rise: number };
}

/**
 * tenant-NAME.cfg: the tenant's listener, and who is admitted behind it: the member that says `role:master` and that a strict
 * majority of the tenant's Sentinels name. A check a Sentinel keeps its vote in a process variable; a member's check asks the
 * member for its role and then the vote page. Two checks a member and interval.
 */
export function haproxyTenant(tenant: HaproxyTenant): Text {
  // Sentinels stand first: HAProxy spreads first checks in order, so that votes are there when members are asked.
  const sentinels = tenant.members.map((member) => sentinelOf(tenant, member));
  return joined([header, '\n', ...sentinels, votesOf(tenant), listenerOf(tenant)]);
}

type Member = HaproxyTenant['members'][number];

// A whole answer after the password's +OK: an address, nil, or an error. Sentinel 7.0 knows no QUIT: only a match ends the wait.
const wholeReply = String.raw`\r\n\*2\r\n\$[0-9]+\r\n[^\r]+\r\n\$[0-9]+\r\n[0-9]+\r\n|\r\n\*-1\r\n|^-[^\r]*\r\n-|\r\n-[^\r]*\r\n`;

function sentinelOf(tenant: HaproxyTenant, member: Member): Text {
  const ask = respHex(`${tenant.password.reference}, in a check`, [
    ['AUTH', tenant.password],
    ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', tenant.masterName],
  ]);
  return text`backend sentinel.${tenant.name}.${member.name} from ec2-redis
  timeout check ${tenant.check.intervalMs}ms
  option tcp-check
  tcp-check connect
  tcp-check send-binary ${ask}
  tcp-check expect rstring '${wholeReply}' comment 'answers'
  tcp-check set-var(${voteOf(tenant, member)}) res.payload(0,0),hex
  tcp-check expect string +OK comment 'takes the password'
  server ${member.name} ${member.address}:${tenant.sentinelPort} check ${timingOf(tenant)}

`;
}

function votesOf(tenant: HaproxyTenant): Text {
  const candidates = tenant.members.map(({ name, address }) => {
    const reply = replyHex([address, String(tenant.redisPort)]);
    return `  http-request set-var(txn.reply) str(${reply}) if { path /${tenant.name}/${name} }\n`;
  });
  const count = 'http-request set-var(txn.votes) var(txn.votes),add(1)';
  const counts = tenant.members.map((member) => {
    const answers = `{ nbsrv(sentinel.${tenant.name}.${member.name}) ge 1 }`;
    return `  ${count} if ${answers} { var(${voteOf(tenant, member)}),strcmp(txn.reply) eq 0 }\n`;
  });
  return text`backend votes.${tenant.name} from ec2-redis
  mode http
  http-request set-var(txn.reply) str(nobody)
  http-request set-var(txn.votes) int(0)
${candidates.join('')}${counts.join('')}  http-request deny deny_status 503 unless { var(txn.votes) -m int ge ${majorityOf(tenant)} }
  http-request set-var(${admittedOf(tenant)}) path,field(3,/)
  http-request return status 200 content-type text/plain string named

`;
}

function listenerOf(tenant: HaproxyTenant): Text {
  const ask = respHex(`${tenant.password.reference}, in a check`, [
    ['AUTH', tenant.password],
    ['INFO', 'replication'],
    // Without it a replica's answer is waited on until the check's time is up, and it stays admitted that much longer.
    ['QUIT'],
  ]);
  const servers = tenant.members.map(
    ({ name, address }) => `  use-server ${name} if { var(${admittedOf(tenant)}) -m str ${name} }
  server ${name} ${address}:${tenant.redisPort}\n`,
  );
  return text`listen redis.${tenant.name} from ec2-redis
  # transparent: the proxy without the virtual address binds it all the same, and is ready when it comes.
  bind ${tenant.vip}:${tenant.port} transparent
  tcp-request connection track-sc0 int(1) table admitted
  tcp-request connection reject if { sc0_conn_cur gt ${tenant.maxConnections} }
  timeout check ${tenant.check.intervalMs}ms
  option tcp-check
  tcp-check connect
  tcp-check send-binary ${ask}
  tcp-check expect rstring ^\\+OK comment 'takes the password'
  tcp-check expect string role:master comment 'is master'
  tcp-check connect addr ${haproxyPlaces.votes}
  tcp-check send-lf "GET /${tenant.name}/%[srv_name] HTTP/1.0\\r\\n\\r\\n"
  tcp-check expect rstring '^HTTP/1.[01] 200' comment 'is named by a majority of the Sentinels'
  default-server check ${timingOf(tenant)} tcp-ut 10s on-marked-down shutdown-sessions
  # While the old master's checks still count down, new connections go to the one that was named last.
${servers.join('')}`;
}

function timingOf({ check }: HaproxyTenant): string {
  return `inter ${check.intervalMs}ms fall ${check.fall} rise ${check.rise}`;
}

function majorityOf({ members }: HaproxyTenant): number {
  return Math.floor(members.length / 2) + 1;
}

/** Variables' names take no hyphen; tenants' names take no underscore, so that the two never meet. */
function voteOf(tenant: HaproxyTenant, member: Member): string {
  return `proc.vote.${tenant.name.replaceAll('-', '_')}.${member.name}`;
}

function admittedOf(tenant: HaproxyTenant): string {
  return `proc.admitted.${tenant.name.replaceAll('-', '_')}`;
}
