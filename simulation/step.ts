import { stepInstances } from './boot.ts';
import { followRouteTargets } from './ec2-network.ts';
import { stepFirstBoot } from './first-boot.ts';
import { stepHaproxy } from './haproxy.ts';
import { stepKeepalived } from './keepalived.ts';
import { stepOvs } from './ovs.ts';
import { stepLink } from './redis.ts';
import { startSentinel, stepSentinel } from './sentinel.ts';
import { stepStartGuard } from './start-guard.ts';
import type { World } from './world.ts';

/** One step of everything that the world does by itself, `ms` later. True: something changed. */
export function step(world: World, ms: number): boolean {
  world.now += ms;
  let changed = stepInstances(world);
  followRouteTargets(world);
  const hosts = Object.values(world.hosts);
  for (const host of hosts) changed = stepFirstBoot(world, host) || changed;
  for (const host of hosts) changed = stepOvs(host) || changed;
  for (const step of [stepStartGuard, sentinels, stepLink])
    for (const host of hosts)
      for (const container of Object.values(host.containers)) changed = step(world, host, container) || changed;
  for (const host of hosts) changed = stepHaproxy(world, host) || changed;
  return stepKeepalived(world) || changed;
}

const sentinels: typeof stepSentinel = (world, host, container) =>
  startSentinel(host, container) || stepSentinel(world, host, container);

/** Ticks until nothing has changed for longer than any timer in the world. */
export function runToQuiescence(world: World): void {
  let notRequested = 0;
  for (let count = 0; notRequested < 12; count += 1) {
    // Short steps while something changes, increasingly longer ones otherwise.
    notRequested = step(world, notRequested < 3 ? 1000 : 2 ** notRequested * 100) ? 0 : notRequested + 1;
    if (count > 2000) throw new Error('the world does not come to rest');
  }
}
