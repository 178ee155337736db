import type { Fleet } from '../daemon/fleet.ts';
import { type Fault, type Given, hostOf, processOf } from './fault.ts';

/** Faults of a host's processes. */
export const processFaults: { readonly [name: string]: Fault } = {
  freeze: {
    summary: 'hang the host: every process stops where it is, connections stay open; EC2 shows it running',
    takes: ['HOST'],
    mendedBy: 'thaw',
    untilBoot: true,
    needsPower: true,
    inflict: (fleet, given) => fleet.machine(hostOf(given)).freeze(true),
  },
  thaw: {
    summary: 'let a hung host go on',
    takes: ['HOST'],
    needsPower: true,
    inflict: (fleet, given) => fleet.machine(hostOf(given)).freeze(false),
  },
  'freeze-process': {
    summary:
      'stop every process of that command name in the host, its containers included (SIGSTOP); their connections stay open',
    takes: ['HOST', 'PROCESS'],
    mendedBy: 'thaw-process',
    untilBoot: true,
    needsPower: true,
    inflict: (fleet, given) => signalled(fleet, given, 'STOP'),
  },
  'thaw-process': {
    summary: 'let them go on (SIGCONT)',
    takes: ['HOST', 'PROCESS'],
    needsPower: true,
    // Whoever restarted what was stopped has mended it.
    inflict: (fleet, given, mends) => signalled(fleet, given, 'CONT', mends),
  },
};

/** Its power: mended last, when whatever else is wrong with it is not any more. */
export const powerFaults: { readonly [name: string]: Fault } = {
  'power-off': {
    summary: 'pull the plug: every process of the host is killed at once; EC2 shows it stopped',
    takes: ['HOST'],
    mendedBy: 'power-on',
    needsPower: true,
    inflict: (fleet, given) => fleet.stop(hostOf(given), true, 'Server.InternalError: The host lost power'),
  },
  'power-on': {
    summary: 'switch the host back on',
    takes: ['HOST'],
    inflict: (fleet, given) => fleet.start(hostOf(given)),
  },
};

async function signalled(fleet: Fleet, given: Given, signal: 'STOP' | 'CONT', mayLack = false): Promise<void> {
  const host = hostOf(given);
  const name = processOf(given);
  if (fleet.isFrozen(host))
    throw new Error(`${host.name} is frozen as a whole. Let it go on first: lab fault thaw ${host.name}`);
  if ((await fleet.machine(host).signal(signal, name)) || mayLack) return;
  throw new Error(`${host.name} has no process called "${name}". What it has: lab exec ${host.name} -- ps -eo comm`);
}
