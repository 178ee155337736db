import { systems } from '../reconcilers/host/systems/index.ts';
import type { Requirement } from '../reconcilers/host/systems/system.ts';
import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { installedMark } from '../renderers/lib/markers.ts';
import { putFile, sumOf } from './files.ts';
import { checkFirstBoot } from './first-boot.ts';
import { type HostWorld, OperationFailed, type Part } from './world.ts';

const needs: readonly Requirement[] = systems.flatMap(({ every, proxy, runtimes, templateBuild, clock }) => [
  ...every,
  ...(proxy ?? []),
  ...Object.values(runtimes).flat(),
  ...(templateBuild ?? []),
  clock,
]);

/** The version of every package. */
export const packageVersion = '9.1';

/** The content of every download: only its URL. */
export const fetchedFrom = (url: string) => `fetched from ${url}\n`;

/** The complete key, then the source list. */
export function addRepository(host: HostWorld, { key, list }: ActionOf<'package-repository'>): readonly Part[] {
  const text = fetchedFrom(key.url);
  const place = () => {
    if (sumOf(text) !== key.sha256) throw new OperationFailed(`the file at ${key.url} is not the declared key`);
    host.files[key.path] = { mode: '644', owner: 'root:root', text };
  };
  return [() => checkFirstBoot(host), place, () => putFile(host, list)];
}

/** OpenVZ's kernel, for its packages. */
export const vzKernel = '2.6.32-042stab145.3';

/** Effects of packages other than programs and units. */
const brings: Readonly<Record<string, (host: HostWorld) => void>> = {
  vzkernel: ({ system }) => {
    system.kernel.atBoot = vzKernel;
    // Its own initramfs, which dracut creates at the installation.
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

/** One part per package: an interrupted run leaves the packages that were installed. */
export function installPackages(host: HostWorld, { packages }: ActionOf<'packages-install'>): readonly Part[] {
  const record = () => {
    const ours = [
      ...installedByUs(host),
      ...packages.map(({ name }) => name).filter((name) => !(name in host.system.packages)),
    ];
    host.files[installedMark] = { mode: '600', owner: 'root:root', text: ours.map((name) => `${name}\n`).join('') };
  };
  return [
    () => checkFirstBoot(host),
    ...(host.system.release.id === 'centos' ? [] : [record]),
    ...packages.map(({ name, version }) => () => {
      host.system.packages[name] ??= version ?? packageVersion;
      brings[name]?.(host);
    }),
  ];
}

/** By the marker. */
export function installedByUs(host: HostWorld): readonly string[] {
  return (host.files[installedMark]?.text ?? '').split('\n').filter(Boolean);
}

/** The units of the distribution in a package that must not run beside ours. */
export function vendorUnits(name: string): readonly string[] {
  return [...(unitsByPackage.get(name) ?? [])];
}

const unitsByPackage = new Map<string, Set<string>>();
for (const { package: name, units = [] } of needs)
  for (const { unit } of units) unitsByPackage.set(name, (unitsByPackage.get(name) ?? new Set()).add(unit));

/** Its maintainer scripts enable and start its units, as the first upgrade after an installation without them does. */
export function upgradePackage(host: HostWorld, name: string): void {
  for (const unit of vendorUnits(name))
    if (!host.units[unit]?.masked) host.units[unit] = { active: 'active', enabled: true, read: vendorUnit(host, unit) };
}

export function loadModules(host: HostWorld, modules: readonly string[]): void {
  host.system.modules = [...new Set([...host.system.modules, ...modules])].sort();
}

/** Programs of the installed packages. */
export function hasProgram({ system: { packages } }: HostWorld, program: string): boolean {
  return needs.some((need) => need.package in packages && need.programs.includes(program));
}

export function programsOf(host: HostWorld, requested: readonly string[]): readonly string[] {
  return requested.filter((program) => hasProgram(host, program));
}

/** The file of a unit in a package; undefined if the package is not installed. */
export function vendorUnit({ system: { packages } }: HostWorld, unit: string): string | undefined {
  const own = packagesByUnit.get(unit)?.find((name) => name in packages);
  return own && `# of package ${own}\n`;
}

const packagesByUnit = new Map<string, string[]>();
for (const { unit, package: name } of [
  ...systems.flatMap(({ services, clock }) => [...services, clock]),
  ...needs.flatMap(({ package: name, units = [] }) => units.map(({ unit }) => ({ unit, package: name }))),
])
  packagesByUnit.set(unit, [...(packagesByUnit.get(unit) ?? []), name]);
