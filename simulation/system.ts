import { timeSyncDaemons } from '../reconcilers/facts/host/system/clock.ts';
import type { FactRequestOf } from '../reconcilers/facts/requests.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { rebootMark } from '../renderers/lib/markers.ts';
import { succeeded } from './answer.ts';
import { renderFiles } from './files.ts';
import { firstBootLines } from './first-boot.ts';
import { nicLines } from './nic.ts';
import { installedByUs, programsOf } from './packages.ts';
import { unitLine } from './units.ts';
import type { HostWorld } from './world.ts';

/** The output of the parts of the fact `system`, in order (facts/host/system/). */
export function renderSystem(host: HostWorld, request: FactRequestOf<'system'>): ScriptResult {
  const { release, kernel, boot, selinux, packages, modules, settings, synchronized, firstBoot } = host.system;
  const mark = host.files[rebootMark]?.text.split('\n')[0];
  const units = [...request.units, ...timeSyncDaemons].map((unit) =>
    unitLine(host, unit).trim().replaceAll(' ', '\nunit '),
  );
  const files = renderFiles(host, request).stdout.split('\n').filter(Boolean);
  const lines = [
    ...files.map((line) => `file ${line}`),
    `os-id ${release.id}\nos-version "${release.version}"\nos-name "${release.name}"`,
    `kernel ${kernel.running}\nboot ${boot} 24`,
    ...(kernel.atBoot ? [`kernel-at-boot ${kernel.atBoot}`] : []),
    ...nicLines(host.system, request),
    ...(mark ? [`rebooted ${mark}`] : []),
    ...(selinux ? [`selinux-now ${selinux.now}`, `selinux-boot ${selinux.atBoot}`] : []),
    ...request.settings.flatMap((name) => (name in settings ? [`setting ${name} ${settings[name]}`] : [])),
    ...request.modules.filter((module) => modules.includes(module)).map((module) => `module ${module}`),
    ...programsOf(host, request.programs).map((program) => `program ${program}`),
    ...request.packages.flatMap((name) => (name in packages ? [`package installed ${name} ${packages[name]}`] : [])),
    ...installedByUs(host).map((name) => `installed-by-us ${name}`),
    units.map((unit) => `unit ${unit}`).join('\nunit \n'),
    ...(host.units['chrony.service']?.active === 'active'
      ? [`clock ${synchronized && !firstBoot.clock ? 'yes' : 'no'}`]
      : []),
    ...firstBootLines(host),
  ];
  return succeeded(`${lines.join('\n')}\n`);
}
