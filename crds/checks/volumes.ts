import type { Issue, Path } from '../issue.ts';
import { type ClusterEntry, fault } from '../load/declared.ts';

type Instances = ClusterEntry['body']['spec']['instances'];
type Volume = Instances['rootVolume'];

/** The volumes of created hosts: which volume type takes which setting (EC2 API Reference, EbsBlockDevice). Once for the common ones. */
export function volumes(cluster: ClusterEntry): readonly Issue[] {
  const { instances, hosts } = cluster.body.spec;
  return [
    ...volumeIssues(cluster, instances.rootVolume, ['spec', 'instances', 'rootVolume'], rootLeast),
    ...hosts.flatMap(({ create }, index) => {
      if (!create?.rootVolume) return [];
      const path = ['spec', 'hosts', index, 'create', 'rootVolume'];
      return volumeIssues(cluster, { ...instances.rootVolume, ...create.rootVolume }, path, rootLeast);
    }),
    ...dataVolumes(cluster),
  ];
}

/** GiB of a root volume at least: what a Debian system with its packages, and a template, take. */
const rootLeast = 8;

/** Only a host that is created gets a data volume: an adopted one is never changed in EC2. */
function dataVolumes(cluster: ClusterEntry): readonly Issue[] {
  const { instances, hosts, runtime } = cluster.body.spec;
  const common = instances.dataVolume;
  const declaring = hosts.flatMap(({ name, role, create }, index) =>
    create?.dataVolume ? [{ name, role, own: create.dataVolume, at: ['spec', 'hosts', index, 'create'] }] : [],
  );
  const path: Path | undefined = common
    ? ['spec', 'instances', 'dataVolume']
    : declaring[0] && [...declaring[0].at, 'dataVolume'];
  if (!path) return [];
  const redis = hosts.filter(({ role }) => role === 'redis');
  const adopted = redis.flatMap(({ name, create }) => (create ? [] : [name]));
  const issue = (wrong: boolean, at: Path, problem: string, remedy: string) =>
    wrong ? [fault(cluster, at, problem, remedy)] : [];
  return [
    ...issue(runtime.type === 'openvz', path, 'OpenVZ hosts have no data volumes', 'use LXC, or remove dataVolume'),
    ...issue(
      common !== undefined && adopted.length > 0,
      path,
      adopted.length === 1
        ? `${adopted.join()} is adopted, and gets no data volume`
        : `${adopted.join(', ')} are adopted, and get no data volume`,
      'declare dataVolume under `create` of the other hosts instead',
    ),
    ...(common ? volumeIssues(cluster, common, path, 1) : []),
    ...declaring.flatMap(({ name, role, own, at }) => [
      ...issue(role !== 'redis', [...at, 'dataVolume'], `${name} is no Redis host`, 'remove dataVolume'),
      ...issue(!common && own.size === undefined, [...at, 'dataVolume'], 'size is missing', 'declare the size'),
      ...(common || own.size !== undefined
        ? volumeIssues(cluster, { type: 'gp3', encrypted: true, size: '', ...common, ...own }, [...at, 'dataVolume'], 1)
        : []),
    ]),
  ];
}

function volumeIssues(cluster: ClusterEntry, volume: Volume, path: Path, least: number): readonly Issue[] {
  const { size, type, iops, throughput, encrypted, kmsKey } = volume;
  const gibibytes = Number.parseInt(size, 10) * (size.endsWith('Ti') ? 1024 : 1);
  const provisioned = type === 'io1' || type === 'io2';
  const issue = (wrong: boolean, field: string, problem: string, remedy: string) =>
    wrong ? [fault(cluster, [...path, field], problem, remedy)] : [];
  return [
    ...issue(
      gibibytes < least || gibibytes > 16_384,
      'size',
      `${size} is not a usable ${least === rootLeast ? 'root disk' : 'data volume'}`,
      `use a size from ${least}Gi to 16Ti`,
    ),
    ...issue(provisioned && iops === undefined, 'type', `${type} needs iops`, 'declare iops, or use gp3'),
    ...issue(
      iops !== undefined && !provisioned && type !== 'gp3',
      'iops',
      `${type} has no iops to set`,
      'use gp3, io1 or io2, or remove iops',
    ),
    ...issue(
      throughput !== undefined && type !== 'gp3',
      'throughput',
      `${type} has no throughput to set`,
      'use gp3, or remove throughput',
    ),
    ...issue(
      kmsKey !== undefined && !encrypted,
      'kmsKey',
      'a key without encryption',
      'remove kmsKey, or `encrypted: false`',
    ),
  ];
}
