import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Fleet } from '../../crds/fleet.ts';
import { nearestName } from '../../crds/schema/nearest-name.ts';
import { type Accepted, type ConsentKind, consentKinds } from '../../reconcilers/contract/consent.ts';
import { exit } from './exit-code.ts';

const kinds = Object.keys(consentKinds) as readonly ConsentKind[];

/** `--accept evict=acme,writes=acme`, which may be repeated. */
export function withAccept(command: Command): Command {
  const list = Object.entries(consentKinds).map(([kind, meaning]) => `  ${kind.padEnd(12)} ${meaning}`);
  return command
    .addOption(
      new Option(
        '--accept <kind=tenant>',
        'for this run, allow what plan says would be done to this tenant; may be repeated, or a list with commas',
      ).argParser(accepted),
    )
    .addHelpText('after', `Kinds of --accept:\n${list.join('\n')}`);
}

/** A watch runs on its own, so that nothing is accepted for it. */
export function withoutAccept(command: Command): Command {
  return command.addOption(new Option('--accept <kind=tenant>').hideHelp()).hook('preAction', (_, action) => {
    if (action.opts()['accept'] === undefined) return;
    action.error(
      'watch accepts nothing: what --accept allows is decided once, not for every pass. Run reconcile apply --accept …, beside the watch or before it; nothing is watched',
      { exitCode: exit.error },
    );
  });
}

function accepted(value: string, before: readonly Accepted[] | undefined): readonly Accepted[] {
  return [...(before ?? []), ...value.split(',').map(acceptedOf)];
}

function acceptedOf(pair: string): Accepted {
  const [, kind = '', tenant] = /^([^=]*)=([^=]+)$/.exec(pair.trim()) ?? [];
  const known = kinds.find((one) => one === kind);
  if (tenant === undefined) throw new InvalidArgumentError(`expected KIND=TENANT, such as evict=acme, not "${pair}".`);
  if (known) return { kind: known, tenant };
  const meant = nearestName(kind, kinds);
  throw new InvalidArgumentError(
    `there is no kind "${kind}"; ${meant ? `did you mean ${meant}? There are` : 'there are'} ${kinds.join(', ')}.`,
  );
}

/** What is wrong with the accepted tenants; undefined if all of them are declared. */
export function unknownTenant(pairs: readonly Accepted[], fleets: readonly Fleet[]): string | undefined {
  const names = fleets.flatMap((fleet) => fleet.tenants.map(({ name }) => name));
  const unknown = pairs.find(({ tenant }) => !names.includes(tenant));
  if (!unknown) return undefined;
  const declared = names.length ? `they declare ${[...names].sort().join(', ')}` : 'they declare none';
  return `--accept ${unknown.kind}=${unknown.tenant}: these documents declare no Tenant ${unknown.tenant}; ${declared}; nothing was done\n`;
}
