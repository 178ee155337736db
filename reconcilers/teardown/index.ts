import type { BoundReconciler } from '../contract/reconciler.ts';
import { dataVolumes } from './data-volumes.ts';
import { hosts } from './hosts.ts';
import { network } from './network.ts';
import type { TeardownOptions } from './options.ts';
import { placementGroup } from './placement-group.ts';
import { publicAddresses } from './public-addresses.ts';
import { routes } from './routes.ts';

/**
 * In place of the components: takes down what the Cluster created in EC2, hosts before the network around them. The first run stops the hosts,
 * marks them with the time and keeps them; a later one destroys those that were kept for `spec.prune.retainFor`. What is adopted is left alone.
 * Data volumes are marked with the hosts, and deleted after them.
 */
export function teardownReconcilers(options: TeardownOptions): readonly BoundReconciler[] {
  return [hosts(options), dataVolumes(options), placementGroup, publicAddresses, routes, network];
}
