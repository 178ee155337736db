import type { ActiveFault, FaultRequest } from './active-fault.ts';
import type { Fault } from './fault.ts';
import { requestText } from './request.ts';
import { FAULTS } from './table.ts';
import type { FaultTarget } from './target.ts';

/** Injects or reverts a fault; resolves with notes for the caller once it has taken effect. Throws if it cannot be done. */
export async function inject(target: FaultTarget, request: FaultRequest): Promise<readonly string[]> {
  const fault = entry(request);
  const { host } = request.args;
  const off = host !== undefined && !target.machine(host).on ? `${host.name} has no power` : undefined;
  if (off !== undefined && fault.needsPower === true)
    throw new Error(`${off}; switch it on: lab fault power-on ${host?.name}`);
  const boot = fault.untilBoot === true && host !== undefined ? target.machine(host).init : undefined;
  const after = (now: readonly ActiveFault[]) =>
    fault.revertedBy === undefined
      ? now.filter((one) => !reverts(request, one))
      : [...now.filter((one) => !replaces(request, one)), { ...request, boot }];
  const ends = target.activeFaults.some((one) => reverts(request, one));
  await target.withFaults(after, () => fault.inject(target, request.args, ends));
  return off === undefined || request.fault === 'power-on' ? [] : [`${off}: this shows once it is on.`];
}

/** The faults in force, as the words of `lab fault`. */
export function faultsShown(target: FaultTarget): readonly string[] {
  return target.activeFaults.map((one) => requestText(one).join(' '));
}

function entry({ fault }: FaultRequest): Fault {
  const known = FAULTS[fault];
  if (known === undefined) throw new Error(`there is no fault ${fault}`);
  return known;
}

/** Whether the fault in force is the same except for SECONDS, PERCENT or VALUE. */
function replaces({ fault, args }: FaultRequest, active: ActiveFault): boolean {
  const same = (['host', 'peer', 'process', 'action', 'quota'] as const).every((one) => args[one] === active.args[one]);
  return fault === active.fault && same;
}

/** Whether `request` reverts the active fault: it is its opposite, for the same hosts in any order. */
function reverts({ fault, args }: FaultRequest, active: ActiveFault): boolean {
  const hosts = [active.args.host, active.args.peer];

  return (
    entry(active).revertedBy === fault &&
    hosts.includes(args.host) &&
    hosts.includes(args.peer) &&
    active.args.process === args.process
  );
}
