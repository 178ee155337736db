import type { Fleet } from '../../crds/fleet.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import { preparationNeeds, preparationObstacles } from '../../reconcilers/host/preflight.ts';
import type { Snapshot } from '../engine/observe.ts';

/**
 * What would stop the preparation of the hosts that exist: one more script on each host that lacks something, by its connection.
 * A host that was not observed is left out, which others report.
 */
export async function obstaclesOnHosts(
  fleet: Fleet,
  { inventory, lookup, read }: Pick<Snapshot, 'inventory' | 'lookup' | 'read'>,
): Promise<readonly Finding[]> {
  const needs = preparationNeeds(fleet, inventory, lookup);
  await read(needs.map(({ request }) => request));
  return needs.flatMap((need) => preparationObstacles(need, lookup(need.request)));
}
