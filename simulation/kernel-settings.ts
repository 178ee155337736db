import { hugepages, settingFiles } from '../renderers/kernel/settings.ts';
import type { FileWorld } from './world.ts';

/** Of a kernel without our files. It has no connection tracking. */
const kernelDefaults = {
  'vm.overcommit_memory': '0',
  'net.core.somaxconn': '128',
  'net.ipv4.ip_local_port_range': '32768 60999',
  'net.ipv4.tcp_tw_reuse': '2',
  [hugepages]: 'always',
};

/** After a boot: the kernel's own, and those in the files. A setting that the kernel does not have is passed over. */
export function settingsAtBoot(files: Readonly<Record<string, FileWorld>>): Record<string, string> {
  const sysctls = [...(files[settingFiles.sysctl]?.text ?? '').matchAll(/^-(\S+) = (.+)$/gm)];
  const pages = /^w- \S+ - - - - (\S+)$/m.exec(files[settingFiles.tmpfiles]?.text ?? '');
  const known = sysctls.filter(([, name = '']) => name in kernelDefaults);
  return {
    ...kernelDefaults,
    ...Object.fromEntries(known.map(([, name = '', value = '']) => [name, value])),
    ...(pages?.[1] ? { [hugepages]: pages[1] } : {}),
  };
}

/** With which Redis or HAProxy fails under load. */
export function badSettings(have: Readonly<Record<string, string>>, role: 'redis' | 'proxy'): readonly string[] {
  const bad =
    role === 'redis'
      ? { 'vm.overcommit_memory': ['0', '2'], [hugepages]: ['always'] }
      : { 'net.core.somaxconn': ['128'], 'net.ipv4.ip_local_port_range': ['32768 60999'] };
  return Object.entries(bad).flatMap(([name, values]) => {
    const value = have[name] ?? '';
    return values.includes(value) ? [`${name} is ${value}`] : [];
  });
}
