import type { BoundReconciler } from '../contract/reconciler.ts';
import { departures } from './departure.ts';
import { formerCopies } from './former-copies.ts';
import { hostDrains } from './host-drain.ts';
import { hostStops } from './host-stop.ts';

/** What is done only when everything else is in order: hosts are stopped or drained, and members leave theirs. */
export const maintenance: BoundReconciler = {
  component: 'maintenance',
  items: (fleet, inventory) =>
    [hostStops, hostDrains, departures, formerCopies].flatMap((part) => part.items(fleet, inventory)),
};
