import { rebootMark } from '../marks.ts';
import type { AskOf } from '../questions/index.ts';
import type { HostAnswer } from '../questions/sense.ts';
import { clockKeepers } from '../questions/system/clock.ts';
import { answered } from './answer.ts';
import { cardLines } from './card.ts';
import { printFiles } from './files.ts';
import { programsOf } from './packages.ts';
import { unitLine } from './units.ts';
import type { HostWorld } from './world.ts';

/** What the parts of the question print, one after the other (questions/system/). */
export function printSystem(host: HostWorld, ask: AskOf<'system'>): HostAnswer {
  const { release, kernel, boot, selinux, packages, modules, synchronised } = host.system;
  const mark = host.files[rebootMark]?.text.split('\n')[0];
  const units = [...ask.units, ...clockKeepers].map((unit) => unitLine(host, unit).trim().replaceAll(' ', '\nunit '));
  const files = printFiles(host, ask).stdout.split('\n').filter(Boolean);
  const lines = [
    ...files.map((line) => `file ${line}`),
    `os-id ${release.id}\nos-version "${release.version}"\nos-name "${release.name}"`,
    `kernel ${kernel.running}\nboot ${boot} 24`,
    ...(kernel.atBoot ? [`kernel-at-boot ${kernel.atBoot}`] : []),
    ...cardLines(host.system, ask),
    ...(mark ? [`rebooted ${mark}`] : []),
    ...(selinux ? [`selinux-now ${selinux.now}`, `selinux-boot ${selinux.atBoot}`] : []),
    ...ask.modules.filter((module) => modules.includes(module)).map((module) => `module ${module}`),
    ...programsOf(host, ask.programs).map((program) => `program ${program}`),
    ...ask.packages.flatMap((name) => (name in packages ? [`package installed ${name} ${packages[name]}`] : [])),
    units.map((unit) => `unit ${unit}`).join('\nunit \n'),
    ...(host.units['chrony.service']?.active === 'active' ? [`clock ${synchronised ? 'yes' : 'no'}`] : []),
  ];
  return answered(`${lines.join('\n')}\n`);
}
