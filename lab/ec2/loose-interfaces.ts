import { type LabHost, macOf } from '../topology.ts';
import { Ec2Error } from './errors.ts';
import { type Change, find } from './find.ts';
import { groupsFor } from './group-choice.ts';
import { newId } from './ids.ts';
import { interfaceXml } from './interfaces.ts';
import { addressFor } from './launch-address.ts';
import { list, type Parameters, required } from './query.ts';
import { type Ec2State, type NetworkInterface, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';

/** CreateNetworkInterface: an interface of its own, with its address, that an instance may be started on later. */
export function createNetworkInterface(state: Ec2State, parameters: Parameters): Change {
  const subnet = find.subnet(state, required(parameters, 'SubnetId'));
  const address = addressFor(state, subnet, parameters.get('PrivateIpAddress'));
  const host: LabHost = {
    // Nobody's name: an instance that is started on it brings its own.
    name: '',
    port: `p${macOf(address).slice(6).replaceAll(':', '')}`,
    subnet,
    address,
    mac: macOf(address),
    instanceId: '',
    interfaceId: newId('eni'),
    attachmentId: '',
    flavour: '',
  };
  const card: NetworkInterface = {
    host,
    attached: false,
    endsWithInstance: false,
    addresses: [address],
    groups: groupsFor(state, list(parameters, 'SecurityGroupId'), subnet),
    sourceDestCheck: true,
    description: parameters.get('Description') ?? '',
  };
  const tags = specifiedTags(parameters, 'network-interface');
  const next = withTags({ ...state, interfaces: [...state.interfaces, card] }, host.interfaceId, tags);
  return { state: next, answer: { networkInterface: interfaceXml(next, card) } };
}

/** DeleteNetworkInterface: only of one that nothing is attached to. */
export function deleteNetworkInterface(state: Ec2State, parameters: Parameters): Change {
  const card = find.card(state, required(parameters, 'NetworkInterfaceId'));
  const id = card.host.interfaceId;
  if (card.attached)
    throw new Ec2Error('InvalidParameterValue', `Network interface '${id}' is currently in use and is not deletable.`);
  const interfaces = state.interfaces.filter((one) => one !== card);
  return { state: withoutTags({ ...state, interfaces }, [id]), answer: { return: true } };
}

/** The interface that an instance is to be started on. */
export function looseCard(state: Ec2State, id: string): NetworkInterface {
  const card = find.card(state, id);
  if (card.attached) throw new Ec2Error('InvalidNetworkInterface.InUse', `Interface: [${id}] in use.`);
  return card;
}
