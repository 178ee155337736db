import type { FactRequestOf } from '../reconcilers/facts/requests.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { succeeded } from './answer.ts';
import { packageVersion } from './packages.ts';
import type { HostWorld } from './world.ts';

/** The output of the fact `preparation`: every module can be loaded, and every repository was read. */
export function renderPreparation(
  { system: { kernel, notToBeHad = [] } }: HostWorld,
  { manager, packages, modules }: FactRequestOf<'preparation'>,
): ScriptResult {
  const there = packages.filter((name) => !notToBeHad.includes(name));
  const policy = (name: string) => [
    `${name}:`,
    '  Installed: (none)',
    `  Candidate: ${packageVersion}`,
    '  Version table:',
    `     ${packageVersion} 500`,
    '        500 file:/srv/packages ./ Packages',
  ];
  const lines = [
    `kernel-release ${kernel.running}`,
    'kernel-folder there',
    ...modules.map((module) => `kernel-module ${module} there`),
    ...(manager === 'apt' ? there.flatMap(policy).map((line) => `apt-policy ${line}`) : []),
    ...(manager === 'dnf' ? there.map((name) => `dnf-package - ${name} ${packageVersion}-1`) : []),
  ];
  return succeeded(lines.map((line) => `${line}\n`).join(''));
}
