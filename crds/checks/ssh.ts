import type { Issue } from '../issue.ts';
import { type Check, type ClusterEntry, fault } from '../load/declared.ts';
import { nearestName } from '../schema/nearest-name.ts';

/** The way to the hosts: `jump` is declared where it is used, and each host has one login. */
export const ssh: Check = ({ clusters }) =>
  clusters.flatMap((cluster) => {
    const { reach, jump } = cluster.body.spec.ssh;
    if (reach === 'jump' && !jump) {
      const remedy = 'declare it, with the address of a bastion or the name of a host';
      return [fault(cluster, ['spec', 'ssh', 'reach'], '`jump` needs spec.ssh.jump', remedy)];
    }
    if (reach !== 'jump' && jump) {
      const problem = `reach is ${reach}, so that nothing goes through it`;
      return [fault(cluster, ['spec', 'ssh', 'jump'], problem, 'set `reach: jump`, or remove jump')];
    }
    return jump?.host === undefined ? [] : jumpHost(cluster, jump.host, jump);
  });

function jumpHost(cluster: ClusterEntry, host: string, jump: object): readonly Issue[] {
  const path = ['spec', 'ssh', 'jump'];
  const names = cluster.body.spec.hosts.map(({ name }) => name);
  if (!names.includes(host)) {
    const meant = nearestName(host, names);
    const remedy = meant ? `did you mean ${meant}?` : 'name a host of spec.hosts, or give the address of a bastion';
    return [fault(cluster, [...path, 'host'], `there is no host named ${host}`, remedy)];
  }
  return (['user', 'port', 'identity'] as const).flatMap((field) => {
    if (!(field in jump)) return [];
    const problem = `${host} has one login, for itself and for what goes through it`;
    return [fault(cluster, [...path, field], problem, `set ${field} in \`ssh\` of host ${host}`)];
  });
}
