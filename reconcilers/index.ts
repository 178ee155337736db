import { container } from './container/container.ts';
import { type Concern, concerns } from './drift.ts';
import { haproxy } from './haproxy/haproxy.ts';
import { host } from './host/host.ts';
import { instance } from './instance/instance.ts';
import { maintenance } from './maintenance/maintenance.ts';
import { mesh } from './mesh/mesh.ts';
import { network } from './network/network.ts';
import type { BoundReconciler } from './reconciler.ts';
import { redis } from './redis/redis.ts';
import { sentinel } from './sentinel/sentinel.ts';
import { vip } from './vip/vip.ts';

/** Every concern by its name: the compiler misses one that is not here. */
const bound: { readonly [C in Concern]: BoundReconciler } = {
  network,
  instance,
  host,
  mesh,
  container,
  redis,
  sentinel,
  haproxy,
  vip,
  maintenance,
};

/** Every concern, in the order in which the world is built. */
export const reconcilers: readonly BoundReconciler[] = concerns.map((concern) => bound[concern]);
