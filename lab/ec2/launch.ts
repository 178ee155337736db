import { createHash } from 'node:crypto';
import { type LabHost, macOf } from '../topology.ts';
import { Ec2Error } from './errors.ts';
import { groupsFor } from './group-choice.ts';
import { newId } from './ids.ts';
import { type LaunchAsked, launchAsked } from './launch-asked.ts';
import type { Parameters } from './query.ts';
import type { Ec2State, Instance, NetworkInterface } from './state.ts';
import { withTags } from './tag-specifications.ts';

/** What a RunInstances comes to: the instance, and the state that has it. `again`: its token was used before, and nothing is new. */
export interface Launched {
  readonly state: Ec2State;
  readonly instance: Instance;
  readonly again: boolean;
}

/** RunInstances as far as the API's books go: one instance, with its interface and root volume, `pending`. */
export function launch(state: Ec2State, parameters: Parameters, now: Date): Launched {
  const token = parameters.get('ClientToken') ?? '';
  const before = state.launches.find((one) => one.token === token && token !== '');
  const asked = fingerprint(parameters);
  if (before !== undefined) return { state, again: true, instance: repeated(state, before, asked) };
  const wanted = launchAsked(state, parameters);
  const host = hostOf(state, wanted);
  const instance = instanceOf(host, wanted, token, now);
  const launched: Ec2State = {
    ...state,
    instances: [...state.instances, instance],
    interfaces: [...state.interfaces.filter((one) => one !== wanted.card), cardOf(state, host, wanted)],
    volumes: [...state.volumes, { id: newId('vol'), host, ...wanted.volume, created: now }],
    launches: token === '' ? state.launches : [...state.launches, { token, asked, instanceId: host.instanceId }],
  };
  return { state: tagged(launched, host, wanted), instance, again: false };
}

/** EC2 keeps a token for as long as it shows the instance, and tells who uses it for something else. */
function repeated(state: Ec2State, before: Ec2State['launches'][number], asked: string): Instance {
  const instance = state.instances.find((one) => one.host.instanceId === before.instanceId);
  if (before.asked !== asked || instance === undefined)
    throw new Ec2Error(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  return instance;
}

function fingerprint(parameters: Parameters): string {
  const aside = new Set(['Action', 'Version', 'ClientToken', 'DryRun']);
  const counted = [...parameters].filter(([name]) => !aside.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(counted)).digest('hex');
}

/** An interface of its own, gone with it; or the one that was there, which by itself stays. */
function cardOf(state: Ec2State, host: LabHost, { card, groups }: LaunchAsked): NetworkInterface {
  if (card) return { ...card, host, attached: true, endsWithInstance: false };
  return {
    host,
    attached: true,
    endsWithInstance: true,
    addresses: [host.address],
    groups: groupsFor(state, groups, host.subnet),
    sourceDestCheck: true,
    description: '',
  };
}

function hostOf(state: Ec2State, wanted: LaunchAsked): LabHost {
  const { address, subnet, image, card } = wanted;
  return {
    name: hostName(state, wanted),
    port: `p${macOf(address).slice(6).replaceAll(':', '')}`,
    subnet,
    address,
    mac: macOf(address),
    instanceId: newId('i'),
    interfaceId: card?.host.interfaceId ?? newId('eni'),
    attachmentId: newId('eni-attach'),
    flavour: image.flavour,
  };
}

/** The tag Name where it can be a host's name and no other host has it; else as EC2 names hosts, which no two share. */
function hostName(state: Ec2State, { address, tags }: LaunchAsked): string {
  const wish = tags.instance.find((tag) => tag.key === 'Name')?.value ?? '';
  const living = state.instances.filter((one) => one.state !== 'terminated').map((one) => one.host.name);
  if (/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/.test(wish) && !living.includes(wish)) return wish;
  return `ip-${address.replaceAll('.', '-')}`;
}

function instanceOf(host: LabHost, wanted: LaunchAsked, clientToken: string, launched: Date): Instance {
  const { image, type, keyName, profile, metadata, keptFromTermination } = wanted;
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
    keptFromTermination,
    hostKey: undefined,
    booted: undefined,
    passing: false,
  };
}

function tagged(state: Ec2State, host: LabHost, { tags }: LaunchAsked): Ec2State {
  const volume = state.volumes.find((one) => one.host === host)?.id ?? '';
  const all = [
    [host.instanceId, tags.instance],
    ...(tags.card.length ? [[host.interfaceId, tags.card] as const] : []),
    [volume, tags.volume],
  ] as const;
  return all.reduce((so, [id, own]) => withTags(so, id, own), state);
}
