import type { Fleet, HostName, TenantName } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind, type Desired } from '../contract/reconciler.ts';
import { info, manual, notObserved, settlingUnknown } from '../contract/remedy.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { FileSystem } from '../facts/host/file-systems.ts';
import { type Observation, reasonOf } from '../facts/observation.ts';
import { sizeText } from '../shared/size-text.ts';
import { fullFileSystem, nearlyFullFileSystem, readOnlyFileSystem } from './messages.ts';

interface DesiredHost extends Desired {
  readonly host: HostName;
  /** Of an instance that we created: it may still be in its first boot. */
  readonly instanceId: string | undefined;
  /** Tenants with a member on it. */
  readonly tenants: readonly TenantName[];
}

const facts = ({ host, instanceId }: DesiredHost) => ({
  fileSystems: { fact: 'file-systems', host } as const,
  initializing: instanceId === undefined ? [] : [{ fact: 'initializing' } as const],
});

/** A host answers, and its file systems are writable: everything on it depends on that. Repairs are manual. */
export const health = bind<DesiredHost, ReturnType<typeof facts>>({
  component: 'host',
  desire: ({ cluster, tenants }: Fleet, inventory) =>
    cluster.hosts.map(({ name, origin }) => ({
      subject: `host/${name}`,
      dependsOn: [`instance/${name}`],
      host: name,
      instanceId: 'create' in origin ? idOf(inventory.get(name)) : undefined,
      tenants: tenants.filter(({ members }) => members.some((one) => one.host === name)).map((tenant) => tenant.name),
    })),
  facts,
  diff: (desired, { fileSystems: seen, initializing: [initializing] }) => {
    if (seen.state === 'present') return seen.value.flatMap((one) => fileSystemFindings(desired, one));
    const { subject, tenants, instanceId } = desired;
    const booting = initializing?.state === 'present' && initializing.value.includes(instanceId ?? '');
    const soon = seen.state === 'unknown' && seen.soon === true;
    const remedy = booting
      ? settlingUnknown(`the instance is booting: ${reasonOf(seen)}`)
      : soon
        ? settlingUnknown(reasonOf(seen))
        : notObserved(seen);
    const finding = findingsAbout(subject, { impacts: tenants });
    return [finding('NotObserved', 'host', { have: 'unknown', want: 'reachable' }, remedy)];
  },
});

function idOf(found: Observation<Instance> | undefined): string | undefined {
  return found?.state === 'present' ? found.value.instanceId : undefined;
}

function fileSystemFindings({ subject, host, tenants }: DesiredHost, one: FileSystem): readonly Finding[] {
  const { mount, writable, freeBytes, totalBytes } = one;
  const finding = findingsAbout(subject, { impacts: tenants });
  const field = `file system ${mount}`;
  if (!writable) {
    const values = { have: 'read-only', want: 'writable' };
    return [finding('FileSystemReadOnly', field, values, manual(readOnlyFileSystem(host, mount)))];
  }
  const lack = lackOf(one);
  if (lack) return [finding('FileSystemFull', field, lack, manual(fullFileSystem(host, mount)))];
  if (mount === '/run' || freeBytes >= totalBytes * nearlyFull) return [];
  const values = {
    have: `${sizeText(freeBytes)} of ${sizeText(totalBytes)} free`,
    want: `at least ${nearlyFull * 100}% free`,
  };
  return [finding('FileSystemNearlyFull', field, values, info(nearlyFullFileSystem), [])];
}

/** Below this, writes of root fail or soon will: a configuration file, a log line and OVSDB's journal must still fit. */
const leastBytes = 64 * 2 ** 20;
const leastShare = 0.02;
const leastInodes = 100;
const nearlyFull = 0.1;

/** What a full file system has too little of. */
function lackOf({ freeBytes, totalBytes, freeInodes, inodes }: FileSystem): { have: string; want: string } | undefined {
  if (inodes > 0 && freeInodes < leastInodes)
    return { have: `${freeInodes} inodes free`, want: `at least ${leastInodes} inodes free` };
  const least = Math.min(leastBytes, totalBytes * leastShare);
  return freeBytes < least
    ? { have: `${sizeText(freeBytes)} free`, want: `at least ${sizeText(least)} free` }
    : undefined;
}
