import { fixed, lines, sh } from '../../../../renderers/lib/shell.ts';

/** The running kernel of a host, and which of the requested modules it could use. */
export interface KernelModules {
  /** uname -r */
  readonly release: string;
  /** It has /lib/modules/RELEASE. Not in most containers, nor if the package of the kernel was replaced since the boot. */
  readonly hasFolder: boolean;
  /** The requested modules that are neither loaded, nor built in, nor loadable. */
  readonly missing: readonly string[];
}

/** The option of the kernel's configuration of each module that can be requested. */
const options: Readonly<Record<string, string>> = { openvswitch: 'CONFIG_OPENVSWITCH', ip_gre: 'CONFIG_NET_IPGRE' };

/**
 * What is loaded is in /sys/module, and so is what is built in, if it has parameters. modprobe can load what is in modules.dep;
 * modules.builtin has the rest. A kernel without that folder may still say by its configuration that a module is built in.
 * Sources: sysfs(5), modules.dep(5), Documentation/kbuild/kbuild.rst (modules.builtin).
 */
export const kernelModulesScript = (modules: readonly string[]) =>
  lines([
    fixed(`release=$(uname -r)
folder=/lib/modules/$release
echo "kernel-release $release"
if [ -d "$folder" ]; then echo 'kernel-folder there'; else echo 'kernel-folder missing'; fi
config() { if [ -r /proc/config.gz ]; then zcat /proc/config.gz; else cat "/boot/config-$release"; fi 2>/dev/null; }`),
    sh`set -- ${modules.flatMap((module) => [module, options[module] ?? ''])}`,
    fixed(`while [ "$#" -gt 1 ]; do
  if [ -d "/sys/module/$1" ] || grep -Eqs "^[^:]*/$1[.]ko" "$folder/modules.dep" "$folder/modules.builtin"; then echo "kernel-module $1 there"
  elif config | grep -qsx "$2=y"; then echo "kernel-module $1 there"
  else echo "kernel-module $1 missing"; fi
  shift 2
done`),
  ]);

/** Throws if a requested module is not answered. */
export function kernelModulesOf(after: (word: string) => readonly string[], modules: readonly string[]): KernelModules {
  const [[release], [folder]] = [after('kernel-release'), after('kernel-folder')];
  if (!release || !/^[\w.+~-]+$/.test(release)) throw new Error('no kernel release');
  if (folder !== 'there' && folder !== 'missing') throw new Error("no answer about the kernel's modules");
  const answers = new Map(after('kernel-module').map((line) => line.split(' ') as [string, string]));
  const unanswered = modules.find((module) => !['there', 'missing'].includes(answers.get(module) ?? ''));
  if (unanswered !== undefined) throw new Error(`no answer about the kernel module ${unanswered}`);
  return {
    release,
    hasFolder: folder === 'there',
    missing: modules.filter((module) => answers.get(module) === 'missing'),
  };
}
