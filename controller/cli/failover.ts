import { nearestName } from '../../crds/schema/nearest-name.ts';
import type { RequestOptions } from './carry-out.ts';
import type { CliContext } from './context.ts';
import type { ExitCode } from './exit-code.ts';
import { requestOfTenant } from './tenant-request.ts';

/** Hands the master of a tenant over to another member: to the given one, or to one that is in sync. */
export async function failover(
  context: CliContext,
  files: readonly string[],
  tenant: string,
  { to, ...options }: RequestOptions & { readonly to: string | undefined },
): Promise<ExitCode> {
  return requestOfTenant(
    context,
    files,
    tenant,
    ({ name, members }, { currentMaster }) => {
      const names = members.map((member) => member.name);
      if (to !== undefined && !names.includes(to)) {
        const meant = nearestName(to, names);
        const hint = meant ? `did you mean ${meant}?` : `it has ${names.join(', ')}`;
        return { refused: `${name} has no member ${to}; ${hint}; nothing was done` };
      }
      const drained = members.find((member) => member.name === to && member.drained);
      if (drained)
        return {
          refused: `${to} is on ${drained.host}, which is drained: end that first (reconcile uncordon ${drained.host}); nothing was done`,
        };
      if (members.some((member) => member.name === to && member.leaves))
        return { refused: `${to} leaves its host with the next apply, and would hand over again; nothing was done` };
      if (currentMaster.state !== 'agreed')
        return {
          refused: `${name} has no master that a majority of its Sentinels agrees on: there is nothing to hand over, and nothing was done. reconcile plan shows why`,
        };
      const { master } = currentMaster;
      const others = members.filter((one) => one !== master && !one.drained && !one.leaves).map((one) => one.name);
      return { masterAmong: to === undefined ? others : [to] };
    },
    options,
  );
}
