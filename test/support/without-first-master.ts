import { markers } from '../../renderers/lib/markers.ts';
import { copyOf } from '../../simulation/copy.ts';
import type { World } from '../../simulation/world.ts';

/** A copy of the world without the marks of who was chosen as the first master. */
export function withoutFirstMaster(world: World): World {
  const copy = copyOf(world);
  for (const { files } of Object.values(copy.hosts))
    for (const file of Object.keys(files)) if (file.endsWith(`/marks/${markers.bootstrap}`)) delete files[file];
  return copy;
}
