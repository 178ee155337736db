import { pairOf } from '../reconcilers/facts/container/vz-values.ts';
import { containerMarkOf } from '../renderers/container/marker.ts';
import { vzPlaces } from '../renderers/openvz/openvz-conf.ts';
import { vznetPlaces } from '../renderers/openvz/vznet.ts';
import type { HostWorld } from './world.ts';

/** A container's configuration, as vzctl reads it. */
export type VzConf = Readonly<Record<string, string>>;

export function containerIds(host: HostWorld): readonly string[] {
  const ids = Object.keys(host.files).flatMap((path) => /^\/etc\/vz\/conf\/([0-9]+)\.conf$/.exec(path)?.[1] ?? []);
  return ids.sort();
}

export function confOf(host: HostWorld, ctid: string): VzConf | undefined {
  const file = host.files[confPath(ctid)];
  return file && parsed(file.text);
}

export function confPath(ctid: string): string {
  return `${vzPlaces.conf}/${ctid}.conf`;
}

/** The name of its container in the world. */
export function nameIn(ctid: string, conf: VzConf): string {
  const mark = containerMarkOf(conf['DESCRIPTION'] ?? '');
  return mark ? `${mark.tenant}-${mark.member}` : conf['NAME'] || ctid;
}

export function folderIn(conf: VzConf): string {
  return (conf['VE_PRIVATE'] ?? '').replace(/\/private$/, '');
}

/** The script that is named in vznet.conf. */
export function externalScript(host: HostWorld): string {
  const all = [...(host.files[vznetPlaces.configuration]?.text ?? '').matchAll(/^EXTERNAL_SCRIPT="?([^"\n]*)"?$/gm)];
  return all.at(-1)?.[1] ?? '';
}

export function parsed(text: string): VzConf {
  return Object.fromEntries(
    [...text.matchAll(/^([A-Z][A-Z0-9_]*)="(.*)"$/gm)].map(([, key = '', value = '']) => [key, value]),
  );
}

/** Limits that it sets. */
export function limitsIn(conf: VzConf) {
  const limit = (key: string, unit: number) => pairOf(conf[key], unit)?.[1] ?? Number.POSITIVE_INFINITY;
  return {
    memoryBytes: limit('PHYSPAGES', 4096) * 4096,
    cpuMillicores: Number(conf['CPULIMIT'] ?? 0) * 10 || Number.POSITIVE_INFINITY,
    pids: limit('NUMPROC', 1),
    swap: limit('SWAPPAGES', 4096) !== 0,
  };
}
