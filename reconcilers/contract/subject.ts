/** The components, in the order in which a cluster is built. */
export const components = [
  'network',
  'instance',
  'host',
  'mesh',
  'container',
  'redis',
  'sentinel',
  'haproxy',
  'vip',
  'service',
  'maintenance',
] as const;
export type Component = (typeof components)[number];

/** The smallest unit of reconciliation: `mesh/redis-1`, `redis/acme-r1`, `vip/front`. */
export type Subject = `${Component}/${string}`;
