import type { Member, Tenant } from '../../crds/fleet.ts';
import { bytesText } from '../../crds/schema/quantity.ts';
import { markers } from '../../renderers/lib/markers.ts';
import { containerName, memberFolder } from '../shared/names.ts';

/** The declared password is not the one that the members run with. */
export function passwordDiffers({ password, previousPassword }: Tenant): string {
  const kept = 'It keeps serving with the password in use, and nothing of it is changed';
  if (previousPassword)
    return (
      `the tenant runs with neither of the two declared passwords. ${kept}: put the password that is in use into ` +
      `${previousPassword.reference}, the source of spec.auth.previousPasswordFrom`
    );
  return (
    `the tenant runs with another password than the declared one. ${kept}. To change it without an interruption, declare the password in ` +
    `use as spec.auth.previousPasswordFrom as well: both are accepted until you take that out. Or restore the old password in ${password.reference}`
  );
}

/** Some members have another password, by their redis.conf; `others` have the declared one. */
export function passwordDiffersOn(
  { name, password }: Tenant,
  members: readonly string[],
  others: readonly string[],
): string {
  return (
    `somebody has changed the password of ${members.join(', ')}, and ${others.join(', ')} still have the declared one: if the master is among the ` +
    `former, no new client gets in. Nothing of the tenant is changed until all have one password: set it back in ` +
    `${members.map((member) => containerName({ name }, { name: member })).join(', ')} with CONFIG SET requirepass and CONFIG SET masterauth, with ` +
    `the value of ${password.reference}, then CONFIG REWRITE. conf/redis.conf there has the password that is in use. ` +
    'Or declare that one as spec.auth.previousPasswordFrom: then apply does it'
  );
}

/**
 * Somebody has set another password on the running master. Its connections from before stay authenticated, so that the Sentinels do not
 * see it. `inSync`: its replicas that have its data.
 */
export function masterPassword(tenant: Tenant, { name, host }: Member, inSync: readonly Member[]): string {
  const promoted = inSync.map((one) => one.name).join(' or ');
  const failover = promoted
    ? `promotes ${promoted}, with the declared password and the data`
    : 'promotes another member; none is in sync, so that what was written meanwhile would be lost';
  return (
    `somebody has set another password on the running ${name}: connections from before go on, those of the Sentinels too, so that they start ` +
    `no failover, and no new client gets in. Set it back in ${containerName(tenant, { name })} on ${host}: CONFIG SET requirepass, with the value of ` +
    `${tenant.password.reference}. That takes the password that was set; if nobody has it, SENTINEL FAILOVER ${tenant.masterName} on one of ` +
    `the tenant's Sentinels ${failover}`
  );
}

/** Somebody has set another password on a running replica. `pid`: its process on the host. */
export function memberPassword(tenant: Tenant, { name, host }: Member, pid: number | undefined): string {
  const end = pid === undefined ? 'end its process' : `kill ${pid}`;
  return (
    `somebody has set another password on the running ${name}, so that its state is unknown, and as master it would let no client in. Set it ` +
    `back with CONFIG SET requirepass, or, on ${host}: ${end}. It is started again with the password of its redis.conf, which is that of ` +
    `${tenant.password.reference}`
  );
}

/** Sentinel writes auth-pass back without quotes, and then could not read its file. */
export function passwordUnsupported({ password }: Tenant): string {
  return (
    `Sentinel writes the password to its file without quotes and could not start again: set a password without spaces, quotes, ` +
    `backslashes and non-ASCII characters in ${password.reference}`
  );
}

/** The members' markers name different initial masters. */
export function markersConflict(values: readonly string[]): string {
  return (
    `no Redis was started yet: decide for one of ${values.join(', ')}, and remove marks/${markers.bootstrap} from the member directories ` +
    `of all hosts where it names another one`
  );
}

/** The members' markers name an initial master that is not declared. */
export function markerInvalid(chosen: string): string {
  return `the markers name ${chosen}, which is not declared: declare it, or remove marks/${markers.bootstrap} from the member directories`;
}

/** Before the bootstrap, members hold data that no marker accounts for. */
export function dataFound({ name }: Tenant, members: readonly string[]): string {
  return (
    `${members.join(', ')} hold data, and no marker says whose they are: remove the data, or, if they belong to ${name}, write "yes" ` +
    `to marks/${markers.bootstrapped} in a member directory`
  );
}

/** No member holds a complete data set. `containers`: of all members. */
export function dataLost(containers: readonly string[]): string {
  return (
    `the tenant had a master, and no member holds a complete data set now. Restore a copy into ${containers[0]}, or start again with no ` +
    `data by emptying the marks directories of ${containers.join(', ')}`
  );
}

/** With the other members emptied, none can hold newer data, and new Sentinels are made to monitor the one that is left. */
export function quorumLossAmbiguous({ members, name }: Tenant, named: string): string {
  const hosts = members.map((member) => `${containerName({ name }, member)} on ${member.host}`).join(', ');
  return (
    `most Sentinels lost their sentinel.conf, the remaining ones name ${named}, and another member may hold newer data. Decide whose ` +
    `data to keep, then empty every other member that does not run as its replica, of ${hosts}: lxc-attach -n NAME -- find ` +
    `/var/lib/redis -mindepth 1 -delete (with OpenVZ: vzctl exec NAME find …). If a remaining Sentinel names another member, remove its ` +
    `conf/sentinel.conf and kill it. The next apply creates Sentinels that monitor the one member, and makes the others its replicas`
  );
}

/** Sentinels that answer, and monitor no master of this tenant. */
export function nothingMonitored({ masterName }: Tenant): string {
  return (
    `too few Sentinels monitor ${masterName}, and none of the others can learn its master from them: find out who removed it, and add ` +
    `the current master again with SENTINEL MONITOR. This tenant's Redis is left unchanged until then`
  );
}

/** Most Sentinels name an address that is not a member. */
export function foreignMaster(message: string): string {
  return `${message}: find out who added it. This tenant's Redis is left unchanged until then`;
}

/** Redis was started several times in a row and exited each time. `lastWords`: from its log, without secrets. */
export function crashLoop(tenant: Tenant, member: Member, times: number, lastWords: string): string {
  return (
    `Redis is started and exits again, ${times} times in a row: ${lastWords}. Fix that (a setting in spec.redis.config, or the ` +
    `files of ${containerName(tenant, member)}); its log is ${memberFolder(tenant, member)}/console.log`
  );
}

/** PID 1 of the container restarts its servers. */
export function starting(tenant: Tenant, member: Member): string {
  return `PID 1 of the container starts it within a second; if it does not stay up, see ${memberFolder(tenant, member)}/console.log`;
}

export function syncingWithSpace({ host }: Member): string {
  return `its disk on ${host} was full, and has space again: Redis retries every second`;
}

export function startingWithSpace({ host }: Member): string {
  return `its disk on ${host} was full when it exited, and has space again: PID 1 of the container starts it`;
}

/** Only proxies that expose a tenant have an address in its network. */
export function notQueryable({ name }: Tenant): string {
  return `no host has an address in the network of ${name}: declare spec.expose, so that its Redis and Sentinels can be queried`;
}

/** Two masters, and Sentinel does not act. */
export function secondMaster(master: Member): string {
  return (
    `no Sentinel demoted this second master: find out which of its data ${master.name} does not have, then demote it with SENTINEL RESET ` +
    `or REPLICAOF`
  );
}

/** A replica that cannot connect. `cause`: from its log, if it names one. */
export function linkDown(master: Member, seconds: number, cause: string | undefined): string {
  if (cause !== undefined) return `down for ${seconds} s: ${cause}`;
  return `down for ${seconds} s: it cannot reach ${master.name}, or is refused. See its log, the mesh between the two hosts, and masterauth`;
}

export function diskFull({ name }: Tenant, { name: member, host }: Member): string {
  return (
    `Redis of ${member} on ${host} cannot save its data, and as master refuses writes: grow the disk (resources.disk of Tenant ${name}; apply does ` +
    `it while Redis runs), or remove what else fills it`
  );
}

export function diskNearlyFull({ name }: Tenant): string {
  return `when it is full, writes are refused: grow the disk (resources.disk of Tenant ${name}; apply does it while Redis runs)`;
}

/** `full`: the disk of the member has no space left. `refuses`: a master would refuse writes. `cause`: from its log, if it names one. */
export function notSaved(
  tenant: Tenant,
  member: Member,
  { full, refuses, cause }: { readonly full: boolean; readonly refuses: boolean; readonly cause: string | undefined },
): string {
  const effect = refuses
    ? 'as master it refuses writes until it can save again'
    : 'writes are accepted all the same; run BGSAVE on it once the cause is removed';
  if (full) return `its disk is full; ${effect}`;
  if (cause !== undefined) return `${effect}: ${cause}`;
  return `${effect}: the cause is in ${memberFolder(tenant, member)}/console.log on ${member.host}`;
}

export function memoryPressure({ name }: Tenant): string {
  return `when it is full, writes are refused: delete keys, raise redis.maxmemory of Tenant ${name}, or declare a maxmemory-policy that evicts`;
}

/** `uptime`: seconds since Redis was started, which may be right after it was killed. Undefined: it does not answer. */
export function oomKilled({ name, resources }: Tenant, uptime: number | undefined): string {
  const since = uptime === undefined ? '' : ` Redis runs since ${Math.max(1, Math.round(uptime / 60))} min.`;
  return (
    `since the container was started it reached its memory limit of ${bytesText(resources.memoryBytes)}.${since} A master that is killed ` +
    `serves nobody until a failover: raise resources.memory of Tenant ${name}, or lower redis.maxmemory`
  );
}
