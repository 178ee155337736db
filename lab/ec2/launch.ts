import { createHash } from 'node:crypto';
import { type LabHost, macOf } from '../topology.ts';
import { Ec2Error } from './errors.ts';
import { newId } from './ids.ts';
import { type LaunchRequest, launchRequest } from './launch-request.ts';
import { withPublicAddress } from './public-addresses.ts';
import type { Parameters } from './query.ts';
import { asRootOf, type Ec2State, type Instance, type NetworkInterface } from './state.ts';
import { withTags } from './tag-specifications.ts';

/** The result of RunInstances: the instance, and the state with it. `repeated`: its client token was used before, and nothing changed. */
export interface Launched {
  readonly state: Ec2State;
  readonly instance: Instance;
  readonly repeated: boolean;
}

/** RunInstances as a change of the state: one `pending` instance with its interface and root volume. */
export function launch(state: Ec2State, parameters: Parameters, now: Date): Launched {
  const token = parameters.get('ClientToken') ?? '';
  const before = state.launches.find((one) => one.token === token && token !== '');
  const asked = fingerprint(parameters);
  if (before !== undefined) return { state, repeated: true, instance: instanceOfToken(state, before, asked) };
  const wanted = launchRequest(state, parameters);
  const host = hostOf(state, wanted);
  const instance = instanceOf(host, wanted, token, now);
  const launched: Ec2State = {
    ...state,
    instances: [...state.instances, instance],
    interfaces: [...state.interfaces.filter((one) => one !== wanted.wire.existing), interfaceOf(host, wanted)],
    volumes: [...state.volumes, { id: newId('vol'), ...asRootOf(host), ...wanted.volume, created: now }],
    launches: token === '' ? state.launches : [...state.launches, { token, asked, instance }],
  };
  return { state: withPublicAddress(tagged(launched, host, wanted), host), instance, repeated: false };
}

/**
 * EC2 remembers a client token for at least a day after its instance has ended, longer than it shows the instance: it answers with that
 * instance. It refuses the token for a different request.
 */
function instanceOfToken(state: Ec2State, before: Ec2State['launches'][number], asked: string): Instance {
  const { instanceId } = before.instance.host;
  if (before.asked !== asked)
    throw new Ec2Error(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  return (
    state.instances.find((one) => one.host.instanceId === instanceId) ?? { ...before.instance, state: 'terminated' }
  );
}

function fingerprint(parameters: Parameters): string {
  const ignored = new Set(['Action', 'Version', 'ClientToken', 'DryRun']);
  const counted = [...parameters].filter(([name]) => !ignored.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(counted)).digest('hex');
}

/** A new interface, by default deleted with the instance; or the existing one, which by default is kept. */
function interfaceOf(host: LabHost, { wire }: LaunchRequest): NetworkInterface {
  const { existing, deleteOnTermination, groups, description } = wire;
  if (existing) return { ...existing, host, attached: true, deleteOnTermination };
  return {
    host,
    attached: true,
    deleteOnTermination,
    addresses: [host.address],
    groups,
    sourceDestCheck: true,
    description,
    public: wire.public,
  };
}

function hostOf(state: Ec2State, wanted: LaunchRequest): LabHost {
  const { image } = wanted;
  const { address, subnet, existing } = wanted.wire;
  return {
    name: hostName(state, wanted),
    port: `p${macOf(address).slice(6).replaceAll(':', '')}`,
    subnet,
    address,
    mac: macOf(address),
    instanceId: newId('i'),
    interfaceId: existing?.host.interfaceId ?? newId('eni'),
    attachmentId: newId('eni-attach'),
    flavour: image.flavour,
  };
}

/** The tag Name if it is a valid and free host name; otherwise the name that EC2 derives from the address. */
function hostName(state: Ec2State, { wire, tags }: LaunchRequest): string {
  const preferred = tags.instance.find((tag) => tag.key === 'Name')?.value ?? '';
  const taken = state.instances.filter((one) => one.state !== 'terminated').map((one) => one.host.name);
  if (/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/.test(preferred) && !taken.includes(preferred)) return preferred;
  return `ip-${wire.address.replaceAll('.', '-')}`;
}

function instanceOf(host: LabHost, wanted: LaunchRequest, clientToken: string, launched: Date): Instance {
  const { image, type, keyName, profile, metadata, terminationProtected, placementGroup } = wanted;
  return {
    host,
    state: 'pending',
    reason: '',
    launched,
    image: image.id,
    type,
    keyName,
    profile,
    clientToken,
    reservationId: newId('r'),
    metadata,
    sriov: image.sriov,
    ena: image.ena,
    terminationProtected,
    placementGroup,
    hostKey: undefined,
    booted: undefined,
    passing: false,
  };
}

function tagged(state: Ec2State, host: LabHost, { tags }: LaunchRequest): Ec2State {
  const volume = state.volumes.find((one) => one.host === host)?.id ?? '';
  const all = [
    [host.instanceId, tags.instance],
    ...(tags.nic.length ? [[host.interfaceId, tags.nic] as const] : []),
    [volume, tags.volume],
  ] as const;
  return all.reduce((result, [id, own]) => withTags(result, id, own), state);
}
