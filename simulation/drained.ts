import type { ActionOf } from '../reconcilers/operations/actions.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { drainedMark } from '../renderers/lib/markers.ts';
import { exited, succeeded } from './answer.ts';
import type { HostWorld, World } from './world.ts';

/** The output of the fact `drained`. */
export function renderDrained(world: World, host: HostWorld): ScriptResult {
  const mark = host.files[drainedMark];
  return mark ? succeeded(`${Math.floor(world.now / 1000)}\n${mark.text}`) : exited(44);
}

export function drainHost(host: HostWorld, { until, reason }: ActionOf<'host-drain'>): void {
  if (until === undefined) delete host.files[drainedMark];
  else host.files[drainedMark] = { mode: '600', owner: 'root:root', text: `${until}\n${reason}\n` };
}
