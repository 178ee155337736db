import type { BoundReconciler } from '../reconciler.ts';
import { autostart } from './autostart.ts';
import { members } from './member.ts';
import { hooks } from './network.ts';
import { templates } from './template.ts';

/** One container a member, from a template prepared once a host; started again when the host boots. */
export const container: BoundReconciler = {
  concern: 'container',
  items: (fleet, inventory) => [templates, hooks, autostart, members].flatMap((part) => part.items(fleet, inventory)),
};
