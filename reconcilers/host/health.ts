import type { Fleet, HostName } from '../../crds/fleet.ts';
import { blind, type Drift, notice, operator, type Remedy, waitUnseen } from '../drift.ts';
import type { Instance } from '../inventory.ts';
import type { Observation } from '../observation.ts';
import type { FileSystem } from '../questions/file-systems.ts';
import { bind, type Desired } from '../reconciler.ts';
import { reasonOf } from '../service.ts';

interface DesiredHost extends Desired {
  readonly host: HostName;
  /** Of an instance of our making, which boots for the first time under our eyes. */
  readonly instanceId: string | undefined;
  /** Tenants with a member here. */
  readonly tenants: readonly string[];
}

const questions = ({ host, instanceId }: DesiredHost) => ({
  fileSystems: { what: 'file-systems', host } as const,
  initializing: instanceId === undefined ? [] : [{ what: 'initializing' } as const],
});

/** A host answers, and can be written to: the ground of everything that is done on it. Mending it is a person's work. */
export const health = bind<DesiredHost, ReturnType<typeof questions>>({
  concern: 'host',
  desire: ({ cluster, tenants }: Fleet, inventory) =>
    cluster.hosts.map(({ name, origin }) => ({
      subject: `host/${name}`,
      needs: [`instance/${name}`],
      host: name,
      instanceId: 'create' in origin ? idOf(inventory.get(name)) : undefined,
      tenants: tenants.filter(({ members }) => members.some((one) => one.host === name)).map((tenant) => tenant.name),
    })),
  questions,
  diff: (desired, { fileSystems: seen, initializing: [booting] }) => {
    const { subject, tenants } = desired;
    if (seen.state !== 'present') {
      const young = booting?.state === 'present' && booting.value.includes(desired.instanceId ?? '');
      const soon = seen.state === 'unknown' && seen.soon === true;
      const remedy = young ? waitUnseen(`it boots: ${reasonOf(seen)}`) : (soon ? waitUnseen : blind)(reasonOf(seen));
      return [{ subject, field: 'host', want: 'in sight', have: 'could not be seen', hurts: tenants, remedy }];
    }
    return seen.value.flatMap((one) => fileSystemDrift(desired, one));
  },
});

function idOf(found: Observation<Instance> | undefined): string | undefined {
  return found?.state === 'present' ? found.value.instanceId : undefined;
}

function fileSystemDrift({ subject, host, tenants }: DesiredHost, one: FileSystem): readonly Drift[] {
  const { mount, writable, freeBytes, freeInodes } = one;
  const finding = (want: string, have: string, remedy: Remedy, hurts = tenants): readonly Drift[] => [
    { subject, field: `file system ${mount}`, want, have, hurts, remedy },
  ];
  const meanwhile =
    'Until then nothing is changed on this host; what runs on it runs on, but cannot save, nor start again';
  if (!writable)
    return finding(
      'writable',
      'read-only',
      operator(
        `the kernel mounts a file system so after an I/O error: see dmesg on ${host}, mend or replace its disk, then mount -o remount,rw ${mount}. ${meanwhile}`,
      ),
    );
  if (isFull(one))
    return finding(
      'room to write',
      freeInodes < leastInodes && one.inodes > 0 ? `${freeInodes} inodes left` : `full (${sizeText(freeBytes)} left)`,
      operator(`free some of it on ${host} (du -xh ${mount} | sort -h), or make its volume larger. ${meanwhile}`),
    );
  if (mount !== '/run' && freeBytes < one.totalBytes * nearlyFull)
    return finding(
      `${nearlyFull * 100} % free`,
      `${sizeText(freeBytes)} left of ${sizeText(one.totalBytes)}`,
      notice(`members' disks take up room only as they are written to: make it larger before it is full`),
      [],
    );
  return [];
}

/** Root's writes fail below this, or soon will: a configuration, a log line and OVSDB's journal must still fit. */
const leastBytes = 64 * 2 ** 20;
const leastShare = 0.02;
const leastInodes = 100;
const nearlyFull = 0.1;

function isFull({ freeBytes, totalBytes, freeInodes, inodes }: FileSystem): boolean {
  return freeBytes < Math.min(leastBytes, totalBytes * leastShare) || (inodes > 0 && freeInodes < leastInodes);
}

function sizeText(octets: number): string {
  const mebibytes = octets / 2 ** 20;
  return mebibytes < 10_240 ? `${Math.round(mebibytes)} Mi` : `${Math.round(mebibytes / 1024)} Gi`;
}
