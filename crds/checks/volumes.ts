import type { Issue, Path } from '../issue.ts';
import { type ClusterEntry, fault } from '../load/declared.ts';

type Volume = ClusterEntry['body']['spec']['instances']['rootVolume'];

/** The volumes of created hosts: which volume type takes which setting (EC2 API Reference, EbsBlockDevice). Once for the common ones. */
export function volumes(cluster: ClusterEntry): readonly Issue[] {
  const { instances, hosts } = cluster.body.spec;
  return [
    ...volumeIssues(cluster, instances.rootVolume, ['spec', 'instances', 'rootVolume']),
    ...hosts.flatMap(({ create }, index) => {
      if (!create?.rootVolume) return [];
      const path = ['spec', 'hosts', index, 'create', 'rootVolume'];
      return volumeIssues(cluster, { ...instances.rootVolume, ...create.rootVolume }, path);
    }),
  ];
}

function volumeIssues(cluster: ClusterEntry, volume: Volume, path: Path): readonly Issue[] {
  const { size, type, iops, throughput, encrypted, kmsKey } = volume;
  const gibibytes = Number.parseInt(size, 10) * (size.endsWith('Ti') ? 1024 : 1);
  const provisioned = type === 'io1' || type === 'io2';
  const issue = (wrong: boolean, field: string, problem: string, remedy: string) =>
    wrong ? [fault(cluster, [...path, field], problem, remedy)] : [];
  return [
    ...issue(
      gibibytes < 8 || gibibytes > 16_384,
      'size',
      `${size} is not a usable root disk`,
      'use a size from 8Gi to 16Ti',
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
