import { container } from './container/index.ts';
import type { BoundReconciler } from './contract/reconciler.ts';
import { type Component, components } from './contract/subject.ts';
import { haproxy } from './haproxy/index.ts';
import { host } from './host/index.ts';
import { instance } from './instance/index.ts';
import { maintenance } from './maintenance/index.ts';
import { mesh } from './mesh/index.ts';
import { network } from './network/index.ts';
import { redis } from './redis/index.ts';
import { sentinel } from './sentinel/index.ts';
import { service } from './service/index.ts';
import { vip } from './vip/index.ts';

/** Every component by its name. A missing one is a compile error. */
const bound: { readonly [C in Component]: BoundReconciler } = {
  network,
  instance,
  host,
  mesh,
  container,
  redis,
  sentinel,
  haproxy,
  vip,
  service,
  maintenance,
};

/** Every component, in the order in which a cluster is built. */
export const reconcilers: readonly BoundReconciler[] = components.map((component) => bound[component]);
