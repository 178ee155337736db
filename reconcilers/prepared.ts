import type { HostName } from '../crds/fleet.ts';
import { type Remedy, type Subject, wait } from './drift.ts';

/** What is worked with on a host rests on these: it can be written to, and what is needed is installed. */
export function hostReady(host: HostName): readonly Subject[] {
  return [`host/${host}`, systemOn(host)];
}

/** Of programs that are not there: they are installed, or a person is told to, as a matter of the host's preparation. */
export function installedFirst(host: HostName): Remedy {
  return wait(`it is installed first, as ${systemOn(host)} says`, systemOn(host));
}

function systemOn(host: HostName): Subject {
  return `host/${host}@system`;
}
