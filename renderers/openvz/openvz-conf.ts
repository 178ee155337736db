import { type ContainerMark, markLine } from '../container/marker.ts';
import { header } from '../lib/header.ts';
import { type Text, text } from '../lib/text.ts';

/** Directories of OpenVZ. */
export const vzPlaces = {
  conf: '/etc/vz/conf',
  names: '/etc/vz/names',
  cache: '/vz/template/cache',
  root: '/vz/root',
} as const;

/** The first configuration of a member's container. */
export interface OpenvzBase {
  readonly mark: ContainerMark;
  /** The member's directory on the host, which contains its private area. */
  readonly folder: string;
  readonly template: string;
  readonly diskBytes: number;
}

/**
 * CTID.conf, the configuration that registers a private area as a container. vzctl writes the rest (`vzctl set --save`) and keeps these lines.
 * Scripts read this file with a shell, so no value contains anything that a shell would execute. A member's template is a Debian file
 * system (docs/openvz.md). Without DISTRIBUTION, vzctl looks for one by the name of the template, and otherwise configures the container
 * with its default scripts, which are those of Red Hat. Source: vps.conf(5), /etc/vz/dists.
 */
export function openvzConf({ mark, folder, template, diskBytes }: OpenvzBase): Text {
  const disk = diskKib(diskBytes);
  return text`${header}VE_ROOT="${vzPlaces.root}/$VEID"
VE_PRIVATE="${privateArea(folder)}"
VE_LAYOUT="ploop"
OSTEMPLATE="${template}"
DISTRIBUTION="debian"
DISKSPACE="${disk}:${disk}"
DESCRIPTION="${description(mark)}"
`;
}

/** The marker, which is stored as vzctl's description. */
export function description(mark: ContainerMark): string {
  return markLine(mark).trimEnd();
}

/** The directory of the container's file system. */
export function privateArea(folder: string): string {
  return `${folder}/private`;
}

/** Disk size in KiB, rounded up. */
export function diskKib(bytes: number): number {
  return Math.ceil(bytes / 1024);
}
