import type { BoundReconciler } from '../reconciler.ts';
import { clock } from './clock.ts';
import { driver } from './driver.ts';
import { health } from './health.ts';
import { hostSystem } from './system.ts';
import { versions } from './versions.ts';

/** The ground of everything that is done on a host: it can be written to, and has what the other concerns work with. */
export const host: BoundReconciler = {
  concern: 'host',
  items: (fleet, inventory) =>
    [health, hostSystem, versions, clock, driver].flatMap((part) => part.items(fleet, inventory)),
};
