import { type Fault, hostOf } from './fault.ts';

/** Faults of a host as a machine. */
export const hostFaults: { readonly [name: string]: Fault } = {
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
