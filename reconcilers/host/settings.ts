import { hugepages, hugepagesConf, settingFiles, sysctlConf } from '../../renderers/kernel/settings.ts';
import type { Finding } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import type { SystemFacts } from '../facts/host/system.ts';
import type { DesiredFile } from '../operations/actions.ts';
import { staleFiles } from '../shared/files-and-units.ts';
import { type DesiredSystem, desiredSystems, facts, findingsOf, prepare } from './desired.ts';
import { type KernelSetting, kernelSettings } from './kernel-settings.ts';
import { systemOf } from './systems/index.ts';

/**
 * Kernel settings, in effect now and after the next boot. A subject of its own, since nothing depends on it: a host with the distribution's
 * settings serves, until it is under load.
 */
export const settings = bind<DesiredSystem, ReturnType<typeof facts>>({
  component: 'host',
  desire: (fleet, inventory) => desiredSystems(fleet, inventory, 'settings'),
  facts,
  diff: (desired, { system: seen }) => {
    // An unknown or unsupported system is reported as @system.
    const system = seen.state === 'present' ? systemOf(seen.value.release) : undefined;
    if (seen.state !== 'present' || !system?.kernelSettings) return [];
    const wanted = kernelSettings(desired.host, desired.cluster);
    return [...bootFindings(desired, wanted, seen.value), ...effectFindings(desired, wanted, seen.value)];
  },
});

function bootFindings(desired: DesiredSystem, wanted: readonly KernelSetting[], seen: SystemFacts): readonly Finding[] {
  const { name: host } = desired.host;
  return staleFiles(bootFiles(wanted), seen.files).map((file) => {
    const have = seen.files.some(({ path }) => path === file.path) ? 'different' : 'absent';
    const write = { operation: 'write-files', host, files: [file] } as const;
    const remedy = prepare(desired, [write], `write ${file.path} on ${host}`, 'the settings are lost at the next boot');
    return findingsOf(desired)('FileDiffers', file.path, { have, want: 'as rendered' }, remedy);
  });
}

function bootFiles(wanted: readonly KernelSetting[]): readonly DesiredFile[] {
  const plain = { mode: '0644', owner: 'root:root' } as const;
  const pages = wanted.find(({ name }) => name === hugepages);
  const sysctls = wanted.filter((one) => one !== pages);
  return [
    ...(sysctls.length ? [{ path: settingFiles.sysctl, ...plain, content: sysctlConf(sysctls) }] : []),
    ...(pages ? [{ path: settingFiles.tmpfiles, ...plain, content: hugepagesConf(pages.value) }] : []),
  ];
}

function effectFindings(
  desired: DesiredSystem,
  wanted: readonly KernelSetting[],
  seen: SystemFacts,
): readonly Finding[] {
  const { name: host } = desired.host;
  return wanted.flatMap(({ name, value, why, isMet }): readonly Finding[] => {
    const have = seen.settings[name];
    if (have === undefined || isMet(have)) return [];
    const set = { operation: 'kernel-setting', host, name, value } as const;
    const remedy = prepare(desired, [set], `set ${name} to ${value} on ${host}`, why);
    return [findingsOf(desired)('KernelSettingDiffers', name, { have, want: value }, remedy)];
  });
}
