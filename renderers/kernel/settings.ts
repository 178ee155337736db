import { header } from '../lib/header.ts';
import { type Text, text } from '../lib/text.ts';

/** A kernel setting: a name of sysctl(8), or `transparent_hugepage`. */
export interface KernelValue {
  readonly name: string;
  readonly value: string;
}

export const hugepages = 'transparent_hugepage';

/** The file of the kernel that shows a setting, and takes it. */
export function settingPath(name: string): string {
  return name === hugepages ? '/sys/kernel/mm/transparent_hugepage/enabled' : `/proc/sys/${name.replaceAll('.', '/')}`;
}

/** Files that set them at boot. Early among the others of their directory, so that those of the host's owner prevail. */
export const settingFiles = {
  sysctl: '/etc/sysctl.d/10-ec2-redis-operator.conf',
  tmpfiles: '/etc/tmpfiles.d/10-ec2-redis-operator.conf',
} as const;

/** sysctl.d(5). With `-`, a setting that the kernel does not have (yet) is passed over. */
export function sysctlConf(values: readonly KernelValue[]): Text {
  return text`${header}${values.map(({ name, value }) => `-${name} = ${value}\n`).join('')}`;
}

/** tmpfiles.d(5): `w-` writes into a file, and passes over one that does not exist. */
export function hugepagesConf(value: string): Text {
  return text`${header}w- ${settingPath(hugepages)} - - - - ${value}\n`;
}
