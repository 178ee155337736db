import type { Member, Tenant } from '../../crds/fleet.ts';
import { outputBufferLimits } from '../../crds/schema/output-buffers.ts';
import { bytesText } from '../../crds/schema/quantity.ts';
import { redisSettings } from '../../renderers/redis/redis-conf.ts';
import { containerName, memberFolder } from '../shared/names.ts';

/** Why a replica whose own disk is full does not come into sync. */
export function ownDiskFull({ name }: Tenant, { host }: Member): string {
  return (
    `its disk on ${host} is full: it cannot store what its master sends, and may exit for that reason. Grow the disk (resources.disk of ` +
    `Tenant ${name}; apply does it while Redis runs), or remove what else fills it`
  );
}

/** Why a replica does not come into sync whose master first writes the data set to its own disk. */
export function masterDiskFull({ name }: Tenant, master: Member): string {
  return (
    `the disk of its master ${master.name} on ${master.host} is full, and the file of a full synchronization is written there first. Grow ` +
    `the disk (resources.disk of Tenant ${name}; apply does it while Redis runs), or remove what else fills it`
  );
}

/** The limit of its container is below what it needs. */
export function killedForMemory({ name, resources }: Tenant): string {
  return (
    `the kernel kills it, because its container needs more than its limit of ${bytesText(resources.memoryBytes)}: raise resources.memory ` +
    `of Tenant ${name}, or lower redis.maxmemory`
  );
}

/** The disk has some space, and the data set does not fit in it. */
export function noSpace({ name }: Tenant, { host }: Member): string {
  return (
    `it logged "No space left on device": its disk on ${host} has too little space for what Redis writes. Grow the disk (resources.disk of ` +
    `Tenant ${name}; apply does it while Redis runs), or remove what else fills it`
  );
}

/** `text`: what Redis logged; empty if that is not shown. */
export function diskBroken({ name, host }: Member, text: string): string {
  return `it cannot write to its disk${quoted(text)}: look at the volume of ${host}, and restart the container of ${name} once it is repaired`;
}

export function noMemory({ host }: Member): string {
  return `it has not enough memory for a child process that saves the data: set vm.overcommit_memory to 1 on ${host}`;
}

/** `own`, `others`: the versions that are known. A replica has to be of the version of its master, or a later one. */
export function rdbVersion(member: Member, text: string, own: string | undefined, others: readonly string[]): string {
  const versions = [`${member.name} ${own ?? 'of a version that is not known'}`, ...others].join(', ');
  return `it cannot read a data set of a later version of Redis${quoted(text)} (${versions}): declare a template with that version; its container is then rebuilt from it`;
}

export function badData(tenant: Tenant, member: Member, text: string): string {
  return (
    `it cannot read its data${quoted(text)}: repair it with redis-check-aof or redis-check-rdb, or, if another member has the data, empty ` +
    `/var/lib/redis of ${containerName(tenant, member)} on ${member.host}; then it gets the data from the master`
  );
}

export function refused(tenant: Tenant, member: Member, text: string): string {
  return (
    `its master refuses it${quoted(text)}: compare requirepass, masterauth and the ACL of the two, which ` +
    `${memberFolder(tenant, member)}/conf/redis.conf on ${member.host} has, with ${tenant.password.reference}`
  );
}

/** A full synchronization in a loop: each time, more is written meanwhile than the buffer holds. */
export function bufferLimit(tenant: Tenant, member: Member, master: Member): string {
  const setting = redisSettings(tenant, master).get('client-output-buffer-limit') ?? '';
  const limit = outputBufferLimits(setting).get('replica')?.hardBytes ?? 0;
  return (
    `${master.name} closes its connection again and again, because its output buffer reaches the limit of ${bytesText(limit)}: while ` +
    `${member.name} receives the data set, clients write more than that. Write less for a while, or raise client-output-buffer-limit in ` +
    `redis.config of Tenant ${tenant.name}, with more resources.memory if needed`
  );
}

export function unreachable({ name, host }: Member, text: string): string {
  return `it cannot connect to ${name}${quoted(text)}: check the mesh to ${host}`;
}

export function aborted({ name }: Member, text: string): string {
  return `${name} ends the synchronization with an error${quoted(text)}`;
}

function quoted(text: string): string {
  return text === '' ? '' : ` ("${text}")`;
}
