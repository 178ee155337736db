import { type LabHost, macOf } from '../topology.ts';
import { droppedWith } from './elastic-associations.ts';
import { Ec2Error } from './errors.ts';
import { type Change, find } from './find.ts';
import { groupsFor } from './group-choice.ts';
import { newId } from './ids.ts';
import { interfaceXml } from './interfaces.ts';
import { addressFor } from './launch-address.ts';
import { list, type Parameters, required } from './query.ts';
import { type Ec2State, type NetworkInterface, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';

/** CreateNetworkInterface: a detached interface with its address, on which an instance can be started later. */
export function createNetworkInterface(state: Ec2State, parameters: Parameters): Change {
  const subnet = find.subnet(state, required(parameters, 'SubnetId'));
  const address = addressFor(state, subnet, parameters.get('PrivateIpAddress'));
  const host: LabHost = {
    // No name yet: the instance that uses the interface brings its own.
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
  const nic: NetworkInterface = {
    host,
    attached: false,
    deleteOnTermination: false,
    addresses: [address],
    groups: groupsFor(state, list(parameters, 'SecurityGroupId'), subnet),
    sourceDestCheck: true,
    description: parameters.get('Description') ?? '',
  };
  const tags = specifiedTags(parameters, 'network-interface');
  const next = withTags({ ...state, interfaces: [...state.interfaces, nic] }, host.interfaceId, tags);
  return { state: next, answer: { networkInterface: interfaceXml(next, nic) } };
}

/** DeleteNetworkInterface: refused for an attached one. */
export function deleteNetworkInterface(state: Ec2State, parameters: Parameters): Change {
  const nic = find.nic(state, required(parameters, 'NetworkInterfaceId'));
  const id = nic.host.interfaceId;
  if (nic.attached)
    throw new Ec2Error('InvalidParameterValue', `Network interface '${id}' is currently in use and is not deletable.`);
  const interfaces = state.interfaces.filter((one) => one !== nic);
  return { state: withoutTags(droppedWith({ ...state, interfaces }, id), [id]), answer: { return: true } };
}

/** The interface with this id; throws EC2's error if it is attached. */
export function detachedInterface(state: Ec2State, id: string): NetworkInterface {
  const nic = find.nic(state, id);
  if (nic.attached) throw new Ec2Error('InvalidNetworkInterface.InUse', `Interface: [${id}] in use.`);
  return nic;
}
