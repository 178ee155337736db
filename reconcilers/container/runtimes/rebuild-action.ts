import { type TemplateImage, templateImage } from '../../facts/container/template.ts';
import type { ActionOf } from '../../operations/actions.ts';
import { identityFile } from '../directory.ts';
import type { MemberContainer } from '../runtime.ts';

/** What a rebuild is with any runtime. `imageBytes`: the size of the disk that the member has. */
export function rebuildAction(
  container: MemberContainer,
  template: string,
  image: TemplateImage,
  imageBytes: number,
): ActionOf<'container-rebuild'> {
  const { host, name, folder, diskBytes } = container;
  return {
    operation: 'container-rebuild',
    host,
    name,
    folder,
    image: templateImage(template, image.digest),
    // A disk never shrinks.
    bytes: Math.max(diskBytes, imageBytes),
    uid: image.uid,
    gid: image.gid,
    identity: identityFile(container, image),
    engine: image.engine,
  };
}
