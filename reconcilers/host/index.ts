import type { BoundReconciler } from '../contract/reconciler.ts';
import { clock } from './clock.ts';
import { data } from './data.ts';
import { driver } from './driver.ts';
import { health } from './health.ts';
import { settings } from './settings.ts';
import { hostSystem } from './system.ts';
import { versions } from './versions.ts';

/** What everything on a host depends on: its file systems are writable, the operating system is prepared, and the data volume is mounted. */
export const host: BoundReconciler = {
  component: 'host',
  items: (fleet, inventory) =>
    [health, hostSystem, versions, clock, driver, settings, data].flatMap((part) => part.items(fleet, inventory)),
};
