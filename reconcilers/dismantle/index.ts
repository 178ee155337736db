import type { BoundReconciler } from '../reconciler.ts';
import { grounds } from './grounds.ts';
import { hosts } from './hosts.ts';

/** How a Cluster is taken down. */
export interface Dismantling {
  /** Milliseconds since 1970: when this run began. */
  readonly now: number;
  /** Destroys what was kept, however long ago it was retired. */
  readonly atOnce: boolean;
}

/**
 * Instead of the concerns: takes down what the Cluster made in EC2, hosts before the network around them. The first run stops the hosts, marks them
 * with the time and keeps them; a later one destroys those that were kept for `spec.prune.retainFor`. What was adopted is left alone.
 */
export function dismantlers(dismantling: Dismantling): readonly BoundReconciler[] {
  return [hosts(dismantling), grounds];
}
