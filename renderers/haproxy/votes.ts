import { replyHex } from '../lib/resp.ts';
import { type Text, text } from '../lib/text.ts';
import type { HaproxyTenant, Member } from './tenant.ts';
import { admittedOf, memberBackend, roleOf, sentinelBackend, suffix, voteOf } from './variables.ts';

/**
 * Who is master, and the verdict on the member that is asked about, from what the checks of the Sentinels and of the members have found:
 *
 * - `master`: it says so, and a majority names it.
 * - `denied`: it says that it is a replica, or another one is admitted.
 * - `lost`: it does not answer, while a majority of the Sentinels does, or so many do not name it that no majority can be for it.
 * - `unknown`: neither of them answers, as when this host has no source port, memory or file descriptor left.
 *
 * Page /TENANT/MEMBER.VERDICT: 200 if it is that, 404 in place of `master` if it is unknown, and otherwise 503.
 */
export function votesOf(tenant: HaproxyTenant): Text {
  const { members, name } = tenant;
  const each = (part: (tenant: HaproxyTenant, member: Member) => string) =>
    members.map((member) => part(tenant, member)).join('');
  const majority = majorityOf(tenant);
  const verdict = (is: string) => `  http-request set-var(txn.verdict) str(${is}) if`;
  const ok = (is: string) => `  http-request return status 200 content-type text/plain string ${is} if`;
  return text`backend votes.${name} from ec2-redis
  mode http
  acl alive var(txn.alive) -m bool
  acl admitted var(${admittedOf(tenant)}),strcmp(txn.member) eq 0
  acl master var(txn.verdict) -m str master
  acl denied var(txn.verdict) -m str denied
  acl lost var(txn.verdict) -m str lost
  http-request set-var(txn.member) path,field(3,/),field(1,.)
  http-request set-var(txn.verdict) str(unknown)
  http-request set-var(txn.votes) int(0)
  http-request set-var(txn.replies) int(0)
  http-request set-var(txn.missing) int(0)
${each(reply)}${each(candidate)}  http-request set-var(txn.missing) var(txn.missing),add(txn.replies),sub(txn.votes)
${verdict('lost')} alive { var(txn.missing) -m int gt ${members.length - majority} }
${verdict('lost')} !alive { var(txn.replies) -m int ge ${majority} }
${verdict('denied')} { var(txn.says) -m sub role:slave }
  http-request unset-var(${admittedOf(tenant)}) if admitted denied
${verdict('denied')} { var(${admittedOf(tenant)}) -m found } !admitted
${verdict('master')} admitted alive { var(txn.says) -m sub role:master } { var(txn.votes) -m int ge ${majority} }
${ok('denied')} denied { path_end ${suffix.denied} }
${ok('lost')} lost { path_end ${suffix.lost} }
  http-request deny deny_status 503 if { path_end ${suffix.denied} ${suffix.lost} }
${ok('master')} master
  http-request return status 404 content-type text/plain string unknown unless denied || lost
  http-request deny deny_status 503

`;
}

/** Whether a Sentinel answers. Before its first check after a reload, it is up and its reply is not known: neither for nor against. */
function reply(tenant: HaproxyTenant, member: Member): string {
  const up = upOf(tenant, member);
  const replied = `{ var(${voteOf(tenant, member)}) -m found }`;
  return `  http-request set-var(txn.replies) var(txn.replies),add(1) if ${up} ${replied}
  http-request set-var(txn.missing) var(txn.missing),add(1) if !${up}\n`;
}

/** The Sentinels that name a member: it is admitted by a majority and its own word. Then, if it is the one that is asked about, its part. */
function candidate(tenant: HaproxyTenant, member: Member): string {
  const { members, redisPort } = tenant;
  const { name, address } = member;
  const votes = `txn.votes.${name}`;
  const named = replyHex([address, String(redisPort)]);
  const counts = members.map((voter) => {
    const names = `{ var(${voteOf(tenant, voter)}) -m str ${named} }`;
    return `  http-request set-var(${votes}) var(${votes}),add(1) if ${upOf(tenant, voter)} ${names}\n`;
  });
  const says = `var(${roleOf(tenant, member)})`;
  const alive = `{ srv_is_up(${memberBackend(tenant, member)}/${name}) }`;
  const asked = `{ var(txn.member) -m str ${name} }`;
  return `  http-request set-var(${votes}) int(0)
${counts.join('')}  http-request set-var(${admittedOf(tenant)}) str(${name}) if ${alive} { ${says} -m sub role:master } { var(${votes}) -m int ge ${majorityOf(tenant)} }
  http-request set-var(txn.votes) var(${votes}) if ${asked}
  http-request set-var(txn.says) ${says} if ${asked}
  http-request set-var(txn.alive) bool(true) if ${asked} ${alive}\n`;
}

function upOf(tenant: HaproxyTenant, member: Member): string {
  return `{ nbsrv(${sentinelBackend(tenant, member)}) ge 1 }`;
}

function majorityOf({ members }: HaproxyTenant): number {
  return Math.floor(members.length / 2) + 1;
}
