import { respHex } from '../lib/resp.ts';
import { type Text, text } from '../lib/text.ts';
import type { HaproxyTenant, Member } from './tenant.ts';
import { memberBackend, roleOf, sentinelBackend, voteOf } from './variables.ts';

/**
 * Source ports, for which the kernel needs no free one. Most of them for clients: a connection that HAProxy closes first keeps its port for a
 * minute. The checks have their own, so that they do not fail for want of one, and close by a reset, which frees it. In between are some
 * that the kernel hands out to other programs of the host by default, and does not while HAProxy has bound them.
 */
export const sourcePorts = { clients: '1024-55999', checks: '61000-65535' } as const;

// A complete reply after the +OK of AUTH: an address, nil, or an error. Sentinel 7.0 has no QUIT, so only a match ends the wait.
const wholeReply = String.raw`\r\n\*2\r\n\$[0-9]+\r\n[^\r]+\r\n\$[0-9]+\r\n[0-9]+\r\n|\r\n\*-1\r\n|^-[^\r]*\r\n-|\r\n-[^\r]*\r\n`;

/** Whom the Sentinel of a member names as master: its whole reply, in a variable. */
export function sentinelCheck(tenant: HaproxyTenant, member: Member): Text {
  const request = respHex(`${tenant.password.reference}, in a check`, [
    ['AUTH', tenant.password],
    ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', tenant.masterName],
  ]);
  return text`backend ${sentinelBackend(tenant, member)} from ec2-redis
  timeout check ${tenant.check.intervalMs}ms
  option tcp-check
  tcp-check connect
  tcp-check send-binary ${request}
  tcp-check expect rstring '${wholeReply}' comment 'answers'
  tcp-check set-var(${voteOf(tenant, member)}) res.payload(0,0),hex
  tcp-check expect string +OK comment 'accepts the password'
  server ${member.name} ${member.address}:${tenant.sentinelPort} source ${tenant.address}:${sourcePorts.checks} check ${timingOf(tenant)}

`;
}

// A role, or an error in place of the reply to AUTH or INFO.
const roleOrError = String.raw`role:[a-z]+\r\n|^-[^\r]*\r\n|\r\n-[^\r]*\r\n`;

// Anything but `-ERR max number of clients reached`. An expectation that something is not there would wait for the end of the connection.
const letIn = String.raw`^(\+|-[^E]|-E[^R]|-ERR [^m]|-ERR m[^a])`;

/**
 * What a member says about its role, in a variable that keeps the last answer. It is up while it answers, be it with an error that says
 * nothing about its role, such as that of maxclients.
 */
export function memberCheck(tenant: HaproxyTenant, member: Member): Text {
  const request = respHex(`${tenant.password.reference}, in a check`, [
    ['AUTH', tenant.password],
    ['INFO', 'replication'],
    // Without QUIT, HAProxy would wait for more of an answer that it does not expect.
    ['QUIT'],
  ]);
  return text`backend ${memberBackend(tenant, member)} from ec2-redis
  timeout check ${tenant.check.intervalMs}ms
  option tcp-check
  tcp-check connect
  tcp-check send-binary ${request}
  tcp-check expect rstring '${roleOrError}' comment 'answers'
  tcp-check expect rstring '${letIn}' error-status L7OKC comment 'lets it in'
  tcp-check expect rstring '^\\+OK' error-status L7OKC comment 'accepts the password'
  tcp-check expect string role: error-status L7OKC comment 'reports its role'
  tcp-check set-var(${roleOf(tenant, member)}) res.payload(0,0),bytes(0,80)
  tcp-check expect string role:master error-status L7OKC comment 'is master'
  server ${member.name} ${member.address}:${tenant.redisPort} source ${tenant.address}:${sourcePorts.checks} check ${timingOf(tenant)}

`;
}

/** What was gone and is back is seen at once, of members and Sentinels alike. */
function timingOf({ check: { intervalMs, fall, rise } }: HaproxyTenant): string {
  const fast = `fastinter ${Math.ceil(intervalMs / 2)}ms downinter ${Math.min(intervalMs, 200)}ms`;
  return `inter ${intervalMs}ms ${fast} fall ${fall} rise ${rise}`;
}
