import type { Fleet } from '../../crds/fleet.ts';
import type { Accepted } from '../../reconcilers/contract/consent.ts';
import { type Finding, isUnknown } from '../../reconcilers/contract/finding.ts';
import type { Inventory } from '../../reconcilers/contract/inventory.ts';
import { blockedBy, disruptionBudget, type Plan, type Policy, planOf } from '../../reconcilers/contract/plan.ts';
import type { Pruning } from '../../reconcilers/contract/prune.ts';
import type { BoundItem, BoundReconciler } from '../../reconcilers/contract/reconciler.ts';
import { requireConsent } from '../../reconcilers/contract/require-consent.ts';
import { isRespRequest } from '../../reconcilers/facts/index.ts';
import { addressingFacts } from '../../reconcilers/shared/addressing-evidence.ts';
import { fleetInForce } from '../../reconcilers/shared/fleet-in-force.ts';
import { forwardingItems, withForwarding } from '../../reconcilers/shared/forwarding.ts';
import { holdForWindows } from '../../reconcilers/shared/hold-for-windows.ts';
import { holdPaused } from '../../reconcilers/shared/hold-paused.ts';
import { jumpItems, withJump } from '../../reconcilers/shared/jump-host.ts';
import { masterLast } from '../../reconcilers/shared/master-last.ts';
import { pauseOfTenant } from '../../reconcilers/shared/paused-documents.ts';
import { heldUpStatus, statusFacts, statusOf, type TenantStatus } from '../../reconcilers/shared/tenant-health.ts';
import type { FactReader } from '../transport/io.ts';
import { discoverHosts, type Snapshot } from './observe.ts';

export interface PassResult {
  /** The documents without changes of addressing that are refused. */
  readonly inForce: Fleet;
  readonly snapshot: Snapshot;
  readonly items: readonly BoundItem[];
  readonly plan: Plan;
}

export interface PlanOptions {
  /** The time, milliseconds since 1970, by which pauses lapse and windows open. Without it, all pauses hold, and no window is open. */
  readonly now?: number;
  /** Maintenance windows do not count. */
  readonly ignoreWindows?: boolean;
  /** What is no longer declared is planned to be removed. */
  readonly pruning?: Pruning | undefined;
  /** What was accepted for this run; nothing by default. */
  readonly accepted?: readonly Accepted[];
  /** Called with the documents in force, before anything is planned. */
  readonly inForce?: (fleet: Fleet) => void;
  /** Applied after the disruption budget, in this order. */
  readonly policies?: readonly Policy[];
}

/**
 * Observes and plans, once, and changes nothing: EC2, then every host in one batch, then Redis and Sentinel, which are queried only where
 * what they depend on (by the facts of the hosts) is in order. With `pruning`, what is no longer declared is planned to be removed.
 */
export async function observeAndPlan(
  fleet: Fleet,
  reconcilers: readonly BoundReconciler[],
  reader: FactReader,
  { now, ignoreWindows = false, pruning, accepted = [], inForce: announce, policies = [] }: PlanOptions = {},
): Promise<PassResult> {
  const snapshot = await discoverHosts(fleet, reader);
  const { inForce, items } = await itemsInForce(fleet, reconcilers, snapshot);
  announce?.(inForce);
  const { lookup } = snapshot;
  const hop = jumpItems(fleet.cluster, items, lookup);
  const diff = (item: BoundItem) => withJump(fleet.cluster, item, item.diff(lookup), lookup);
  const early = new Map([...hop, ...items].flatMap((item) => (speaksResp(item) ? [] : [[item, diff(item)] as const])));
  const below = [...early.values()].flat();
  const ready = items.filter((item) => speaksResp(item) && !blockedBy(item, below));
  await snapshot.read(ready.flatMap((item) => item.requests));
  const unknown = below.find(isUnknown)?.subject;
  const late = (item: BoundItem) => withForwarding(item, diff(item), lookup);
  const all = [...hop, ...forwardingItems(ready, lookup), ...items];
  const found = all.map((item) => sortedFindings(early.get(item) ?? late(item)));
  return {
    inForce,
    snapshot,
    items,
    plan: planOf(all, found, [
      ...(pruning ? [pruning(unknown)] : []),
      holdPaused(fleet, now ?? 0),
      requireConsent(accepted),
      masterLast(inForce, lookup),
      ...(ignoreWindows ? [] : [holdForWindows(fleet, now)]),
      disruptionBudget,
      ...policies,
    ]),
  };
}

/** The state of every tenant at `now`, as `get` shows it: from the same rounds as a pass, with fewer facts. */
export async function observeStatus(fleet: Fleet, reader: FactReader, now = 0): Promise<readonly TenantStatus[]> {
  const snapshot = await discoverHosts(fleet, reader);
  const onHosts = statusFacts(fleet, snapshot.inventory).filter((request) => !isRespRequest(request));
  await snapshot.read([...onHosts, ...addressingFacts(fleet)]);
  const inForce = fleetInForce(fleet, snapshot.lookup)?.fleet ?? fleet;
  await snapshot.read(statusFacts(inForce, snapshot.inventory));
  const known = statusOf(inForce, snapshot.inventory, snapshot.lookup);
  return fleet.tenants.map((tenant) => {
    const status = known.find(({ name }) => name === tenant.name) ?? heldUpStatus(tenant);
    const paused = pauseOfTenant(fleet, tenant.name, now);
    return paused ? { ...status, paused: paused.pause } : status;
  });
}

/**
 * Reads the facts of the hosts, and yields the fleet in force and its items. Only while a change of addressing is refused, hosts are asked a
 * second time: for what these items compare and the declared ones do not, such as the file of a port.
 */
async function itemsInForce(
  fleet: Fleet,
  reconcilers: readonly BoundReconciler[],
  snapshot: Snapshot,
): Promise<Pick<PassResult, 'inForce' | 'items'>> {
  const ofHosts = (items: readonly BoundItem[]) =>
    items.flatMap(({ requests }) => requests.filter((request) => !isRespRequest(request)));
  const declared = itemsOf(fleet, reconcilers, snapshot.inventory);
  await snapshot.read(ofHosts(declared));
  const kept = reconcilers.some(({ component }) => component === 'container')
    ? fleetInForce(fleet, snapshot.lookup)
    : undefined;
  if (!kept) return { inForce: fleet, items: declared };
  const items = itemsOf(kept.fleet, reconcilers, snapshot.inventory);
  await snapshot.read(ofHosts(items));
  return { inForce: kept.fleet, items: [...kept.items, ...items] };
}

/** Derived again only when the documents or the hosts have changed, which most passes find unchanged. */
function itemsOf(fleet: Fleet, reconcilers: readonly BoundReconciler[], inventory: Inventory): readonly BoundItem[] {
  const hosts = JSON.stringify([...inventory]);
  const last = lastItems.get(fleet);
  if (last?.hosts === hosts && last.reconcilers === reconcilers) return last.items;
  const items = reconcilers.flatMap((reconciler) => sorted(reconciler.items(fleet, inventory)));
  lastItems.set(fleet, { hosts, reconcilers, items });
  return items;
}

const lastItems = new WeakMap<
  Fleet,
  { readonly hosts: string; readonly reconcilers: readonly BoundReconciler[]; readonly items: readonly BoundItem[] }
>();

function speaksResp(item: BoundItem): boolean {
  return item.requests.some(isRespRequest);
}

function sorted(items: readonly BoundItem[]): readonly BoundItem[] {
  return [...items].sort((a, b) => (a.subject < b.subject ? -1 : 1));
}

function sortedFindings(found: readonly Finding[]): readonly Finding[] {
  return [...found].sort((a, b) => Number(a.subject > b.subject) - Number(a.subject < b.subject));
}
