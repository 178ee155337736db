import type { Finding } from '../contract/finding.ts';
import { act, manual, notKnown, type Remedy } from '../contract/remedy.ts';
import type { ContainerFacts, EnforcedLimits, MemberFolder } from '../facts/container/container-facts.ts';
import { type DesiredMember, findingsOf, limitFindingsOf } from './desired.ts';
import { diskMissing, limitBelowUsage } from './messages.ts';
import type { MemberContainer } from './runtime.ts';
import { runtimes } from './runtimes/index.ts';

/** Limits as the kernel enforces them on the running container. They are corrected without a restart and impact nobody. */
export function limitsFindings(desired: DesiredMember, facts: ContainerFacts): readonly Finding[] {
  return facts.state === 'RUNNING' ? enforcedFindings(desired, facts.limits) : [];
}

function enforcedFindings(desired: DesiredMember, have: EnforcedLimits | undefined): readonly Finding[] {
  const finding = limitFindingsOf(desired);
  const { container } = desired;
  const { limits: want } = container;
  if (!have) {
    const remedy = notKnown('its control groups could not be read');
    return [finding('NotObserved', 'limits', { have: 'unknown', want: 'enforced' }, remedy)];
  }
  const fields: readonly (readonly [string, string, string])[] = [
    ['memory limit', String(want.memoryBytes), limitText(have.memoryBytes)],
    ['CPU limit', `${want.cpuMillicores}m`, limitText(have.cpuMillicores, 'm')],
    ['process limit', String(want.pids), limitText(have.pids)],
    ['swap', 'off', have.swap ? 'on' : 'off'],
  ];
  const differing = fields.filter(([, wanted, had]) => wanted !== had);
  const refusal = tooLow(container, have);
  const reason = refusal ? 'ContainerLimitBelowUsage' : 'ContainerLimitDiffers';
  const remedy = refusal ?? act([runtimes[container.cluster.runtime.type].limit(container)]);
  return differing.map(([field, wanted, had]) => finding(reason, field, { have: had, want: wanted }, remedy));
}

/** Why a limit may not be lowered yet: the kernel would kill Redis, at once or when the container starts next. */
export function tooLow({ limits: want }: MemberContainer, have: EnforcedLimits | undefined): Remedy | undefined {
  if (!have || have.memoryBytes === want.memoryBytes || have.memoryUsedBytes < want.memoryBytes) return undefined;
  return manual(limitBelowUsage(have.memoryUsedBytes));
}

/** Bytes. resize2fs omits a last block group that would be too small to hold its own tables: up to about 6 MiB. */
const slack = 8 * 2 ** 20;

/**
 * The member's disk. An image that is larger than its file system is what an interrupted growth leaves: the rest of it is not used. It is grown only while the member runs, which the kernel makes safe. A stopped one may be started by systemd during
 * the resize, and a file system that is resized from outside while it is mounted is lost.
 */
export function diskFindings(
  desired: DesiredMember,
  { state }: ContainerFacts,
  { imageBytes, fileSystemBytes }: MemberFolder,
): readonly Finding[] {
  const { container } = desired;
  const want = String(container.diskBytes);
  if (imageBytes === undefined) {
    const remedy = manual(diskMissing(container.folder));
    return [findingsOf(desired)('ContainerDiskMissing', 'disk', { have: 'absent', want }, remedy)];
  }
  const finding = limitFindingsOf(desired);
  const disk = { have: String(imageBytes), want };
  if (imageBytes > container.diskBytes && !(fileSystemBytes !== undefined && fileSystemBytes <= container.diskBytes)) {
    const remedy = manual(`a disk never shrinks: declare at least ${imageBytes} bytes in spec.resources.disk`);
    return [finding('ContainerDiskTooLarge', 'disk', disk, remedy)];
  }
  if (state !== 'RUNNING') return [];
  const grow = act([runtimes[container.cluster.runtime.type].grow(container)]);
  if (imageBytes < container.diskBytes) return [finding('ContainerDiskTooSmall', 'disk', disk, grow)];
  if (fileSystemBytes === undefined) {
    const remedy = notKnown('its superblock could not be read');
    return [finding('NotObserved', 'file system', { have: 'unknown', want }, remedy)];
  }
  if (fileSystemBytes >= container.diskBytes - slack) return [];
  return [finding('ContainerDiskTooSmall', 'file system', { have: String(fileSystemBytes), want }, grow)];
}

function limitText(value: number, unit = ''): string {
  return Number.isFinite(value) ? `${value}${unit}` : 'none';
}
