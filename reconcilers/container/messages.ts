import type { Tenant } from '../../crds/fleet.ts';
import type { RuntimeTerms } from './runtime.ts';

/** Long instructions of the findings about containers. They name hosts, directories and commands; nothing is decided here. */

export function tarballMissing(tarball: string, host: string): string {
  return `copy the template's tarball to ${tarball} on ${host}; no container can be created there until then`;
}

export function wrongTarball(tarball: string, host: string): string {
  return `${tarball} on ${host} is not the declared tarball: replace it, or correct spec.runtime.template.sha256 of the Cluster. Nothing is created from it`;
}

export function foreignTarball(tarball: string, host: string): string {
  return `${tarball} on ${host} was not put there by this operator, and is not replaced: remove it, or declare another path in spec.runtime.template.tarball`;
}

export function builtDifferently(host: string, other: string, tarball: string): string {
  return `${host} and ${other} have different builds of the template, so that members would differ by their host: remove ${tarball} on the host whose build should go; it is then copied from the other`;
}

export function mayHaveTemplate(host: string, reason: string): string {
  return `the template is not built while ${host}, which may have it, cannot be observed: ${reason}`;
}

export function foreignHook(configuration: string, host: string, hook: string): string {
  return `${configuration} on ${host} names a script that is not managed here: have that script call ${hook} for the members' devices (ct…) and name ${hook} there, or remove the line`;
}

export function directoryMissing(directory: string, configuration: string): string {
  return `its directory ${directory} is gone, and its data with it: restore the directory, or remove ${configuration} to have the member recreated as an empty replica`;
}

export function diskMissing(directory: string): string {
  return `its disk in ${directory} is gone, and the member's data with it: restore it, or remove the container and its directory to have the member recreated as a replica`;
}

export function otherRuntime(directory: string, host: string, { name }: RuntimeTerms): string {
  return `${directory} on ${host} holds no ${name} disk. If spec.runtime.type of the Cluster was changed, change it back: members cannot be moved from one runtime to another, and the old container may still be running with this address`;
}

export function otherRuntimeOn(host: string, members: string): string {
  return `${members} on ${host} have no OpenVZ disk, so that nothing of OpenVZ is set up there. If spec.runtime.type of the Cluster was changed, change it back: members cannot be moved from one runtime to another`;
}

export function retiredAs(address: string): string {
  return `it was retired as ${address}, and its data belongs to that address: declare that address again. To start empty instead, destroy the member first (apply --prune without this Tenant's document, once spec.prune.retainFor is over)`;
}

/** All members were stopped for another addressing, and the files of the Sentinels name no one master. */
export function noLastMaster({ name, members, startsAgain }: Tenant): string {
  const names = members.map((one) => one.name).join(', ');
  const stopped = `all members of tenant ${name} are stopped for their new addressing`;
  if (startsAgain?.named)
    return `${stopped}, and the last master, at ${startsAgain.named}, is not among the members that are declared and here: declare it again on its host, or, if it is lost, write the name of the one with the newest data into marks/bootstrap in the directory of one of them, and remove marks/bootstrapped there`;
  return `${stopped}, and conf/sentinel.conf in their directories does not tell which of ${names} was master last: write the name of the one with the newest data into marks/bootstrap in the directory of one of them, and remove marks/bootstrapped there`;
}

export const othersUnknown =
  'it was stopped for its new addressing, and starts again with that once the hosts of all members of its tenant are observed';

export function templateTooLarge(template: string, least: string): string {
  return `template ${template} needs ${least}: declare at least that in spec.resources.disk`;
}

export function onOtherHost(host: string): string {
  return `a container of this name, with its data, is on ${host}: declare that host for this member again; or, to start empty here as a replica, stop the container there and remove its directories`;
}

export function mayRunOn(host: string, reason: string): string {
  return `a container of this name and address may run on ${host}, which could not be observed: ${reason}`;
}

export function removedHostMayRunIt(
  tunnel: { readonly port: string; readonly at: string; readonly remote: string },
  stop: string,
): string {
  const { port, at, remote } = tunnel;
  return `port ${port} on ${at} leads to a host (${remote}) that was removed from the documents and may still run this member, with its address: stop it there (${stop}), then delete the port on every host that has it (ovs-vsctl del-port ${port})`;
}

export function bridgeUnknown(host: string, reason: string): string {
  return `the bridge of ${host} could not be observed, and may lead to a removed host that still runs this member: ${reason}`;
}

export function runsElsewhere(host: string, stop: string): string {
  return `a container of this name and address runs on ${host}: stop it there first (${stop})`;
}

export function foreignPort(port: string, bridge: string, owner: string | undefined): string {
  const whose = owner === undefined ? 'is not managed here' : `belongs to Cluster ${owner}`;
  return `port ${port} on bridge ${bridge} ${whose}: delete it (ovs-vsctl del-port ${port})`;
}

export function ownedByOther(host: string): string {
  return `the container or directory of this name belongs to another member and is left alone: rename this member, or remove the other one on ${host}`;
}

export function ownerUnknown(directory: string, host: string): string {
  return `${directory} on ${host} does not name its owner and may hold data: move it away, or restore its file "identity"`;
}

export function duplicate(id: string, host: string, own: string): string {
  return `container ${id} on ${host} carries the marker of this member, whose own container is ${own}: inspect both and remove the wrong one manually. Neither is changed`;
}

export function addressIsKept(have: string): string {
  return `a member keeps its address and VLAN: declare ${have} again, or declare a new member and remove this one`;
}

export function limitBelowUsage(usedBytes: number): string {
  return `it uses ${usedBytes} bytes that cannot be reclaimed, and would be killed: free memory in Redis first (maxmemory), or declare more in spec.resources.memory`;
}

export function ownersDiffer(name: string, host: string): string {
  return `the container and the directory of ${name} on ${host} name different owners; inspect both and remove the wrong one manually`;
}
export function formerKept(age: string, until: string): string {
  return `the container was rebuilt ${age} ago; its root from before, with the data of that time, is kept until ${until} (spec.prune.retainFor)`;
}
