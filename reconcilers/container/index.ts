import type { BoundReconciler } from '../contract/reconciler.ts';
import { autostart } from './autostart.ts';
import { members } from './member.ts';
import { hooks } from './network.ts';
import { templates } from './template.ts';

/** One container per member, created from a template that is prepared once per host, and started when the host boots. */
export const container: BoundReconciler = {
  component: 'container',
  items: (fleet, inventory) => [templates, hooks, autostart, members].flatMap((part) => part.items(fleet, inventory)),
};
