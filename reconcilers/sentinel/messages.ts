import type { Member, Tenant } from '../../crds/fleet.ts';
import { memberFolder } from '../shared/names.ts';

/** PID 1 of the container restarts its servers. */
export function starting(tenant: Tenant, member: Member): string {
  return `PID 1 of the container starts it within a second; if it does not stay up, see ${memberFolder(tenant, member)}/console.log`;
}

/** Started several times in a row, it exited each time. `lastWords`: from its log, without secrets. */
export function crashLoop(tenant: Tenant, member: Member, times: number, lastWords: string): string {
  const folder = memberFolder(tenant, member);
  return (
    `Sentinel is started and exits again, ${times} times in a row: ${lastWords}. Without it, fewer votes are left for a failover. Correct ` +
    `${folder}/conf/sentinel.conf on ${member.host}, or remove it: apply then writes a new one. Its log is ${folder}/console.log`
  );
}

/** `text`: what Sentinel logged. */
export function cannotSave(tenant: Tenant, member: Member, text: string): string {
  return (
    `it logged "${text}": started again, it would name the master that its file names, which may be an earlier one. Make ` +
    `${memberFolder(tenant, member)}/conf/sentinel.conf on ${member.host} writable again (lsattr, ls -l: it belongs to the user redis of ` +
    `the container), then run SENTINEL FLUSHCONFIG on it`
  );
}

/** Only proxies that expose a tenant have an address in its network. */
export function notQueryable({ name }: Tenant): string {
  return `no host has an address in the network of ${name}: declare spec.expose, so that its Redis and Sentinels can be queried`;
}

export function extraMaster(name: string): string {
  return `it monitors a master that does not belong to this tenant: remove it there with SENTINEL REMOVE ${name}, and find out who added it`;
}

/** `pid`: its process on the host. It is stopped before the file is edited, because it would write its id back. */
export function duplicateId(tenant: Tenant, member: Member, pid: number | undefined): string {
  const edit = `sed -i '/^sentinel myid /d' ${memberFolder(tenant, member)}/conf/sentinel.conf`;
  const steps = pid === undefined ? edit : `kill -STOP ${pid}; ${edit}; kill -KILL ${pid}`;
  return `the other Sentinels count the two as one, with one vote. On ${member.host}: ${steps}. It starts again with an id of its own`;
}

/** A Sentinel or replica that is not a member, and answers. */
export function foreignInstance({ vlan }: Tenant, kind: 'Sentinel' | 'replica', endpoint: string): string {
  const danger = {
    Sentinel: 'it has a vote, and raises the majority that a failover needs',
    replica: "it receives the tenant's data, and may be promoted",
  };
  return (
    `${danger[kind]}. It is in VLAN ${vlan} and has the tenant's password: find it (on a proxy, ip neighbour show lists the MAC address ` +
    `of ${endpoint.split(':')[0]}, and ovs-appctl fdb/show the port behind which that is) and stop it. The next apply resets the ` +
    `Sentinels, one after the other, until none knows it`
  );
}
