import type { Repository } from '../../crds/fleet.ts';
import { header } from '../lib/header.ts';
import { type Text, text } from '../lib/text.ts';

/** Paths of a repository's source list and of its key on a host. */
export function repositoryPlaces({ name, system }: Repository): { readonly list: string; readonly key: string } {
  return isRpm(system)
    ? { list: `/etc/yum.repos.d/ec2-redis-${name}.repo`, key: `/etc/pki/rpm-gpg/RPM-GPG-KEY-ec2-redis-${name}` }
    : { list: `/etc/apt/sources.list.d/ec2-redis-${name}.list`, key: `/etc/apt/keyrings/ec2-redis-${name}.asc` };
}

/** A source list for apt or yum, depending on the operating system. The key is trusted for this repository only. */
export function packageRepository(repository: Repository): Text {
  const { name, system, url, suite, components } = repository;
  const { key } = repositoryPlaces(repository);
  if (!isRpm(system)) return text`${header}deb [signed-by=${key}] ${[url, suite, ...components].join(' ')}\n`;
  return text`${header}[ec2-redis-${name}]
name=${name}
baseurl=${url}
enabled=1
gpgcheck=1
gpgkey=file://${key}
`;
}

/** Whether packages are RPMs, by yum or dnf. Both read the same files. */
function isRpm(system: Repository['system']): boolean {
  return system === 'centos-6' || system === 'rocky-9' || system === 'amazon-linux-2023';
}
