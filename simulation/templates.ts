import type { HostName } from '../crds/fleet.ts';
import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { digest as sha256Of } from '../renderers/lib/text.ts';
import { type HostWorld, hostOf, OperationFailed, type Part, type World } from './world.ts';

/** The bytes of a build depend on the host, so that a template that was built twice is noticed. */
export function buildTemplate(name: HostName, host: HostWorld, action: ActionOf<'template-build'>): readonly Part[] {
  const check = () => {
    if (!host.system.packages['mmdebstrap']) throw new OperationFailed('mmdebstrap: not found');
  };
  return [check, ...installTarball(host, action, sha256Of(`${action.recipe} built on ${name}`))];
}

/** From a host that has it, or from the operator's machine. */
export function copyTarball(world: World, action: ActionOf<'template-copy'>): readonly Part[] {
  const { from, tarball, digest } = action;
  const check = () => {
    if ('host' in from && hostOf(world, from.host).templates.tarballs[tarball] !== digest)
      throw new OperationFailed(`what was copied is not ${digest}`);
  };
  return [check, ...installTarball(hostOf(world, action.host), action, digest)];
}

/** The mark of its origin, then the tarball. */
export function installTarball(
  { templates }: HostWorld,
  { tarball, recipe }: { readonly tarball: string; readonly recipe: string },
  digest: string,
): readonly Part[] {
  return [
    () => {
      templates.origins[tarball] = { digest, recipe };
    },
    () => {
      templates.tarballs[tarball] = digest;
    },
  ];
}
