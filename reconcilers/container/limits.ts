import { act, blind, type Drift, operator, type Remedy } from '../drift.ts';
import type { ContainerFacts, EnforcedLimits, MemberFolder } from '../questions/containers.ts';
import { asideOf, type DesiredMember, findingOf } from './desired.ts';
import type { MemberContainer } from './runtime.ts';
import { runtimes } from './runtimes/index.ts';

/** Limits as the kernel enforces them on the running container. Mended without a restart; they hurt nobody. */
export function limitsDrift(desired: DesiredMember, facts: ContainerFacts): readonly Drift[] {
  return facts.state === 'RUNNING' ? groupDrift(desired, facts.limits) : [];
}

function groupDrift(desired: DesiredMember, have: EnforcedLimits | undefined): readonly Drift[] {
  const finding = asideOf(desired);
  const { container } = desired;
  const { limits: want } = container;
  if (!have) return [finding('limits', 'enforced', 'could not be seen', blind('its control groups could not be read'))];
  const fields: readonly (readonly [string, string, string])[] = [
    ['memory limit', String(want.memoryBytes), words(have.memoryBytes)],
    ['CPU limit', `${want.cpuMillicores}m`, words(have.cpuMillicores, 'm')],
    ['process limit', String(want.pids), words(have.pids)],
    ['swap', 'off', have.swap ? 'on' : 'off'],
  ];
  const differing = fields.filter(([, wanted, had]) => wanted !== had);
  const remedy = tooLow(container, have) ?? act([runtimes[container.cluster.runtime.type].limit(container)]);
  return differing.map(([field, wanted, had]) => finding(field, wanted, had, remedy));
}

/** Why a limit may not be lowered yet: the kernel would kill Redis, at once or when the container starts next. */
export function tooLow({ limits: want }: MemberContainer, have: EnforcedLimits | undefined): Remedy | undefined {
  if (!have || have.memoryBytes === want.memoryBytes || have.memoryUsedBytes < want.memoryBytes) return undefined;
  return operator(
    `it uses ${have.memoryUsedBytes} octets that cannot be reclaimed, and would be killed: free memory in Redis first (maxmemory), or declare more in spec.resources.memory`,
  );
}

/** Octets. resize2fs leaves out a last block group that would be too small to hold its own tables: up to about 6 MiB. */
const slack = 8 * 2 ** 20;

/**
 * The member's disk. Grown only while it runs, which the kernel guards: a stopped one may be started by systemd in the middle of it,
 * and a file system that is mounted and resized from outside is lost.
 */
export function diskDrift(
  desired: DesiredMember,
  { state }: ContainerFacts,
  { imageBytes, fileSystemBytes }: MemberFolder,
): readonly Drift[] {
  const { container } = desired;
  const want = container.diskBytes;
  if (imageBytes === undefined) {
    const reason = `its disk in ${container.folder} is gone, and with it the member's data: bring it back, or remove the container and its folder to have it made anew as a replica`;
    return [findingOf(desired)('disk', String(want), 'no image', operator(reason))];
  }
  const finding = asideOf(desired);
  if (imageBytes > want) {
    const reason = `a disk never gets smaller: declare at least ${imageBytes} octets in spec.resources.disk`;
    return [finding('disk', String(want), String(imageBytes), operator(reason))];
  }
  if (state !== 'RUNNING') return [];
  const grow = act([runtimes[container.cluster.runtime.type].grow(container)]);
  if (imageBytes < want) return [finding('disk', String(want), String(imageBytes), grow)];
  if (fileSystemBytes === undefined)
    return [finding('file system', String(want), 'could not be seen', blind('its superblock could not be read'))];
  return fileSystemBytes < want - slack ? [finding('file system', String(want), String(fileSystemBytes), grow)] : [];
}

function words(value: number, unit = ''): string {
  return Number.isFinite(value) ? `${value}${unit}` : 'none';
}
