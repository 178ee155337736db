import { systems } from '../host/systems/index.ts';
import type { ActionOf } from '../verbs/index.ts';
import { putFile, sumOf } from './files.ts';
import { type HostWorld, type Part, VerbFailed } from './world.ts';

const needs = systems.flatMap(({ every, proxy, runtimes, clock }) => [
  ...every,
  ...(proxy ?? []),
  ...Object.values(runtimes).flat(),
  clock,
]);

/** Every package has this version: what is compared is that it is there, and whether it is the declared one. */
export const packageVersion = '9.1';

/** Whatever is fetched in this world says where from, and nothing else. */
export const fetchedFrom = (url: string) => `fetched from ${url}\n`;

/** The key whole, and then the line. */
export function giveRepository(host: HostWorld, { key, list }: ActionOf<'package-repository'>): readonly Part[] {
  const text = fetchedFrom(key.url);
  const place = () => {
    if (sumOf(text) !== key.sha256) throw new VerbFailed(`what lies at ${key.url} is not the declared key`);
    host.files[key.path] = { mode: '644', owner: 'root:root', text };
  };
  return [place, () => putFile(host, list)];
}

/** OpenVZ's kernel, for its packages. */
export const vzKernel = '2.6.32-042stab145.3';

/** What packages bring beside programs and units. */
const brings: Readonly<Record<string, (host: HostWorld) => void>> = {
  vzkernel: ({ system }) => {
    system.kernel.atBoot = vzKernel;
    // Its own, made by dracut when it is installed.
    system.initramfs = [];
  },
  vzctl: ({ files }) => {
    files['/etc/vz/vznet.conf'] ??= {
      mode: '644',
      owner: 'root:root',
      text: '#EXTERNAL_SCRIPT="/usr/sbin/vznetaddbr"\n',
    };
  },
};

/** Each package a part: a run that is killed leaves those that were set up. */
export function installPackages(host: HostWorld, { packages }: ActionOf<'packages-install'>): readonly Part[] {
  return packages.map(({ name, version }) => () => {
    host.system.packages[name] ??= version ?? packageVersion;
    brings[name]?.(host);
  });
}

export function loadModules(host: HostWorld, modules: readonly string[]): void {
  host.system.modules = [...new Set([...host.system.modules, ...modules])].sort();
}

/** Programs that the packages brought. */
export function hasProgram({ system: { packages } }: HostWorld, program: string): boolean {
  return needs.some((need) => need.package in packages && need.programs.includes(program));
}

export function programsOf(host: HostWorld, asked: readonly string[]): readonly string[] {
  return asked.filter((program) => hasProgram(host, program));
}

const services = systems.flatMap(({ services, clock }) => [...services, clock]);

/** The file of a unit that a package brings; undefined: the package is not there. */
export function vendorUnit({ system: { packages } }: HostWorld, unit: string): string | undefined {
  const own = services.find((one) => one.unit === unit && one.package in packages);
  return own && `# of package ${own.package}\n`;
}
