import { markers } from '../../renderers/lib/markers.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { act, notObserved, type Remedy, settling } from '../contract/remedy.ts';
import type { Link } from '../facts/host/links.ts';
import type { Observation } from '../facts/observation.ts';
import type { OvsBridge, OvsPort } from '../facts/ovs/ovs.ts';
import type { ActionOf } from '../operations/actions.ts';
import { type AddressStep, addressStep, type PairObservations } from './address-turn.ts';
import { bootFile } from './boot.ts';
import type { DesiredMesh, TenantPort } from './desired.ts';
import { linkPending } from './messages.ts';
import { hasOfport } from './ovs-diff.ts';

/** About how long clients are without a connection whose source address is removed: they connect again. */
const interruptionSeconds = 1;

/** The kernel's view of tenant ports: state, MTU, address. After a reboot OVS creates internal ports down and without address. */
export function linkFindings(
  desired: DesiredMesh,
  bridge: OvsBridge | undefined,
  links: Observation<readonly Link[]>,
  seen: PairObservations,
): readonly Finding[] {
  // A foreign port of our name keeps the addresses that it has.
  const isOwn = (one: OvsPort) => one.marks[markers.ovsCluster] === desired.bridge.marks[markers.ovsCluster];
  const isSetUp = ({ port }: TenantPort) =>
    bridge?.ports.some((one) => one.name === port && isOwn(one) && hasOfport(one)) ?? false;
  return desired.ports.flatMap((port) => (isSetUp(port) ? portFindings(desired, port, links, seen) : []));
}

/** Ports that have their declared address, or may take it: only these are brought up with it at a boot. */
export function portsToBoot(
  desired: DesiredMesh,
  links: Observation<readonly Link[]>,
  seen: PairObservations,
): readonly TenantPort[] {
  const found = links.state === 'present' ? links.value : [];
  return desired.ports.filter((port) => {
    const addresses = found.find(({ name }) => name === port.port)?.addresses ?? [];
    return addresses.includes(port.address) || addressStep(desired, port, addresses, seen).next === 'take';
  });
}

function portFindings(
  desired: DesiredMesh,
  want: TenantPort,
  links: Observation<readonly Link[]>,
  seen: PairObservations,
): readonly Finding[] {
  const { subject, tenant } = want;
  const finding = findingsAbout(subject, { impacts: [tenant] });
  const device = `${want.port} device`;
  if (links.state === 'unknown')
    return [finding('NotObserved', device, { have: 'unknown', want: 'up' }, notObserved(links))];
  const link = links.state === 'present' ? links.value.find((one) => one.name === want.port) : undefined;
  if (!link) return [finding('LinkMissing', device, { have: 'absent', want: 'present' }, settling(linkPending))];
  const step = addressStep(desired, want, link.addresses, seen);
  // Without its address the device is of no use.
  const hasIt = step.next === 'take' || link.addresses.includes(want.address);
  const addresses = hasIt ? [want.address] : [];
  const up = { operation: 'link-up', host: desired.host, device: want.port, mtu: want.mtu, addresses } as const;
  const compared: readonly (readonly [Reason, string, string, string])[] = [
    ['LinkDown', 'state', link.up ? 'up' : 'down', 'up'],
    ['LinkMtuDiffers', 'mtu', String(link.mtu), String(want.mtu)],
  ];
  const [remedy, impacts] = [addressRemedy(step, up, want), addressImpacts(step, link, want)];
  const values = { have: [...link.addresses].sort().join(', ') || 'none', want: want.address };
  return [
    ...compared
      .filter(([, , is, wanted]) => is !== wanted)
      .map(([reason, field, is, wanted]) =>
        finding(reason, `${want.port} ${field}`, { have: is, want: wanted }, (hasIt ? undefined : remedy) ?? act([up])),
      ),
    ...(remedy ? [finding('LinkAddressDiffers', `${want.port} address`, values, remedy, impacts)] : []),
  ];
}

function addressRemedy(step: AddressStep, up: ActionOf<'link-up'>, want: TenantPort): Remedy | undefined {
  if (step.next === 'nothing') return undefined;
  if (step.next === 'wait') return step.remedy;
  if (step.next === 'take') return act([up]);
  // The file first: a reboot in between would bring the address back.
  const remove = { operation: 'remove-files', host: up.host, paths: [bootFile(want.port)] } as const;
  const actions = [...(step.next === 'give up' ? [remove] : []), { ...up, stale: step.addresses }];
  // Connections that HAProxy began from the address are closed, and their clients connect again.
  return step.standby ? act(actions) : act(actions, [want.tenant], interruptionSeconds);
}

/** With an earlier address HAProxy serves as before. Where the other proxy lacks the one that is to go, that is the repair of the other one. */
function addressImpacts(step: AddressStep, { addresses }: Link, { tenant }: TenantPort): TenantPort['tenant'][] {
  if (step.next === 'drop') return step.missing ? [tenant] : [];
  return addresses.length ? [] : [tenant];
}
