import type { Fleet } from '../daemon/fleet.ts';
import type { Broken, Fault, Order } from './fault.ts';
import { orderWords } from './order.ts';
import { FAULTS } from './table.ts';

/** Breaks or mends what is asked for; resolves when it is so, and says what the caller should know. Throws when it cannot be done. */
export async function inflict(fleet: Fleet, order: Order): Promise<readonly string[]> {
  const fault = entry(order);
  const { host } = order.given;
  const off = host !== undefined && !fleet.machine(host).on ? `${host.name} has no power` : undefined;
  if (off !== undefined && fault.needsPower === true)
    throw new Error(`${off}. Switch it on: lab fault power-on ${host?.name}`);
  const boot = fault.untilBoot === true && host !== undefined ? fleet.machine(host).init : undefined;
  const after = (now: readonly Broken[]) =>
    fault.mendedBy === undefined
      ? now.filter((one) => !mends(order, one))
      : [...now.filter((one) => !replaces(order, one)), { ...order, boot }];
  const ends = fleet.broken.some((one) => mends(order, one));
  await fleet.alter(after, () => fault.inflict(fleet, order.given, ends));
  return off === undefined || order.fault === 'power-on' ? [] : [`${off}: this shows once it is on.`];
}

/** What is broken now, in the words that broke it. */
export function faultsShown(fleet: Fleet): readonly string[] {
  return fleet.broken.map((one) => orderWords(one).join(' '));
}

function entry({ fault }: Order): Fault {
  const known = FAULTS[fault];
  if (known === undefined) throw new Error(`There is no fault ${fault}.`);
  return known;
}

/** Whether the fault in force is the same but for its measure. */
function replaces({ fault, given }: Order, broken: Broken): boolean {
  const { host, peer, process, action } = broken.given;
  const same = given.host === host && given.peer === peer && given.process === process && given.action === action;
  return fault === broken.fault && same;
}

/** Whether `order` ends the fault: it is the one that mends it, and is about the same hosts, in whatever order. */
function mends({ fault, given }: Order, broken: Broken): boolean {
  const hosts = [broken.given.host, broken.given.peer];

  return (
    entry(broken).mendedBy === fault &&
    hosts.includes(given.host) &&
    hosts.includes(given.peer) &&
    broken.given.process === given.process
  );
}
