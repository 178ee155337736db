import type { Fleet } from '../crds/fleet.ts';
import type { Drift } from '../reconcilers/drift.ts';
import { disruptionBudget, type Plan, planOf, restsOn } from '../reconcilers/plan.ts';
import { isUnseen, type Pruning } from '../reconcilers/prune.ts';
import { type Ask, senses } from '../reconcilers/questions/index.ts';
import type { BoundItem, BoundReconciler } from '../reconcilers/reconciler.ts';
import { lookAround, type Sight } from './observe.ts';
import type { Senses } from './ports.ts';

export interface Look {
  readonly sight: Sight;
  readonly items: readonly BoundItem[];
  readonly plan: Plan;
}

/**
 * Observes and thinks, once, and changes nothing: EC2, then every host in one batch, then Redis and Sentinel, whose
 * questions are put only where what they rest on (by the hosts' own answers) is in order. With `pruning`, what nobody declares is planned
 * to be removed.
 */
export async function look(
  fleet: Fleet,
  reconcilers: readonly BoundReconciler[],
  media: Senses,
  pruning?: Pruning,
): Promise<Look> {
  const sight = await lookAround(fleet, media);
  const items = reconcilers.flatMap((reconciler) => sorted(reconciler.items(fleet, sight.inventory)));
  await sight.ask(items.flatMap((item) => item.asks.filter((ask) => viaOf(ask) !== 'resp')));
  const known = new Map(items.flatMap((item) => (speaksResp(item) ? [] : [[item, item.diff(sight.seen)] as const])));
  const below = [...known.values()].flat();
  const ready = items.filter((item) => speaksResp(item) && !restsOn(item, below));
  await sight.ask(ready.flatMap((item) => item.asks));
  const unseen = below.find(isUnseen)?.subject;
  const found = items.map((item) => sortedDrift(known.get(item) ?? item.diff(sight.seen)));
  return { sight, items, plan: planOf(items, found, [...(pruning ? [pruning(unseen)] : []), disruptionBudget]) };
}

function speaksResp(item: BoundItem): boolean {
  return item.asks.some((ask) => viaOf(ask) === 'resp');
}

function sorted(items: readonly BoundItem[]): readonly BoundItem[] {
  return [...items].sort((a, b) => (a.subject < b.subject ? -1 : 1));
}

function sortedDrift(found: readonly Drift[]): readonly Drift[] {
  return [...found].sort((a, b) => Number(a.subject > b.subject) - Number(a.subject < b.subject));
}

function viaOf(ask: Ask): 'host' | 'ec2' | 'resp' {
  return senses[ask.what].via;
}
