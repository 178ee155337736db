import type { HostName } from '../../crds/fleet.ts';
import { dependsOn, type Waiting } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';

/** Everything on a host depends on these: its file systems are writable, and the required packages are installed. */
export function hostReady(host: HostName): readonly Subject[] {
  return [`host/${host}`, systemOn(host)];
}

/** For programs that are not installed: installing them, or asking for it, is part of preparing the host. */
export function waitForPackages(host: HostName): Waiting {
  return dependsOn(systemOn(host), 'the package is not installed');
}

function systemOn(host: HostName): Subject {
  return `host/${host}@system`;
}
