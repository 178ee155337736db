import { type ContainerMark, markLine } from './container-mark.ts';
import { header } from './header.ts';
import { type Text, text } from './text.ts';

/** Where OpenVZ keeps its containers. */
export const vzPlaces = {
  conf: '/etc/vz/conf',
  names: '/etc/vz/names',
  cache: '/vz/template/cache',
  root: '/vz/root',
} as const;

/** A member's container, as vzctl is told of it first. */
export interface OpenvzBase {
  readonly mark: ContainerMark;
  /** The member's folder on the host: its private area lies in it. */
  readonly folder: string;
  readonly template: string;
  readonly diskBytes: number;
}

/**
 * The configuration that makes a container of a private area: CTID.conf. The rest is vzctl's to write (`vzctl set --save`), which keeps
 * these lines. A shell reads this file in other people's scripts: no value of ours holds anything that it would run.
 */
export function openvzConf({ mark, folder, template, diskBytes }: OpenvzBase): Text {
  const disk = diskKib(diskBytes);
  return text`${header}VE_ROOT="${vzPlaces.root}/$VEID"
VE_PRIVATE="${privateArea(folder)}"
VE_LAYOUT="ploop"
OSTEMPLATE="${template}"
DISKSPACE="${disk}:${disk}"
DESCRIPTION="${description(mark)}"
`;
}

/** The mark, in what vzctl calls the description. */
export function description(mark: ContainerMark): string {
  return markLine(mark).trimEnd();
}

export function privateArea(folder: string): string {
  return `${folder}/private`;
}

export function diskKib(bytes: number): number {
  return Math.ceil(bytes / 1024);
}
