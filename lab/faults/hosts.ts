import type { FaultArgs } from './active-fault.ts';
import { type Fault, hostOf, processOf } from './fault.ts';
import type { FaultTarget } from './target.ts';

/** Faults of a host's processes. */
export const processFaults: { readonly [name: string]: Fault } = {
  freeze: {
    summary: 'freeze the host: every process stops, connections stay open, EC2 shows it running',
    takes: ['HOST'],
    revertedBy: 'thaw',
    untilBoot: true,
    needsPower: true,
    inject: (target, args) => target.machine(hostOf(args)).freeze(true),
  },
  thaw: {
    summary: 'resume a frozen host',
    takes: ['HOST'],
    needsPower: true,
    inject: (target, args) => target.machine(hostOf(args)).freeze(false),
  },
  'freeze-process': {
    summary:
      'stop every process with that command name on the host, containers included (SIGSTOP); connections stay open',
    takes: ['HOST', 'PROCESS'],
    revertedBy: 'thaw-process',
    untilBoot: true,
    needsPower: true,
    inject: (target, args) => signal(target, args, 'STOP'),
  },
  'thaw-process': {
    summary: 'resume them (SIGCONT)',
    takes: ['HOST', 'PROCESS'],
    needsPower: true,
    // The process may be gone because something restarted it; then the fault is over as well.
    inject: (target, args, reverts) => signal(target, args, 'CONT', reverts),
  },
};

/** Faults of a host's power. `lab heal` reverts them last. */
export const powerFaults: { readonly [name: string]: Fault } = {
  'power-off': {
    summary: 'cut the power: every process of the host is killed at once, EC2 shows it stopped',
    takes: ['HOST'],
    revertedBy: 'power-on',
    needsPower: true,
    inject: (target, args) => target.stop(hostOf(args), true, 'Server.InternalError: The host lost power'),
  },
  'power-on': {
    summary: 'switch the host back on',
    takes: ['HOST'],
    inject: (target, args) => target.start(hostOf(args)),
  },
};

async function signal(target: FaultTarget, args: FaultArgs, name: 'STOP' | 'CONT', optional = false): Promise<void> {
  const host = hostOf(args);
  const process = processOf(args);
  if (target.isFrozen(host)) throw new Error(`${host.name} is frozen; resume it first: lab fault thaw ${host.name}`);
  if ((await target.machine(host).signal(name, process)) || optional) return;
  throw new Error(
    `${host.name} has no process called "${process}"; list its processes: lab exec ${host.name} -- ps -eo comm`,
  );
}
