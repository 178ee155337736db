import { tickInstances } from './boot.ts';
import { tickFence } from './fence.ts';
import { tickHaproxy } from './haproxy.ts';
import { tickKeepalived } from './keepalived.ts';
import { tickOvs } from './ovs.ts';
import { tickLink } from './redis.ts';
import { startSentinel, tickSentinel } from './sentinel.ts';
import type { World } from './world.ts';

/** One step of everything that the world does by itself, and `ms` later. True: something happened. */
export function tick(world: World, ms: number): boolean {
  world.now += ms;
  let changed = tickInstances(world);
  const hosts = Object.values(world.hosts);
  for (const host of hosts) changed = tickOvs(host) || changed;
  for (const step of [tickFence, sentinels, tickLink])
    for (const host of hosts) for (const box of Object.values(host.boxes)) changed = step(world, host, box) || changed;
  for (const host of hosts) changed = tickHaproxy(world, host) || changed;
  return tickKeepalived(world) || changed;
}

const sentinels: typeof tickSentinel = (world, host, box) => startSentinel(host, box) || tickSentinel(world, host, box);

/** Ticks until the world has been at rest for longer than any of its clocks runs. */
export function settle(world: World): void {
  let quiet = 0;
  for (let count = 0; quiet < 12; count += 1) {
    // Short steps while things move, longer and longer ones while they do not.
    quiet = tick(world, quiet < 3 ? 1000 : 2 ** quiet * 100) ? 0 : quiet + 1;
    if (count > 2000) throw new Error('the world does not come to rest');
  }
}
