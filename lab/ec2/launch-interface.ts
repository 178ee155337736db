import { detachedInterface } from './detached-interfaces.ts';
import { Ec2Error } from './errors.ts';
import { find } from './find.ts';
import { groupsFor } from './group-choice.ts';
import { addressFor } from './launch-address.ts';
import { flag, list, type Parameters } from './query.ts';
import type { Ec2State, NetworkInterface, VpcSubnet } from './state.ts';

/** The network interface of a launch. */
export interface LaunchInterface {
  /** An existing interface to use; undefined: a new one is created. */
  readonly existing: NetworkInterface | undefined;
  readonly subnet: VpcSubnet;
  readonly address: string;
  readonly groups: readonly string[];
  /** Whether a new one gets a public address: as asked, by default as its subnet says. */
  readonly public: boolean;
  readonly deleteOnTermination: boolean;
  readonly description: string;
}

const NIC = 'NetworkInterface.1.';
const OF_NEW = ['SubnetId', 'PrivateIpAddress', 'SecurityGroupId.1'];

/** The interface that RunInstances asks for: an existing one, a new one (`NetworkInterface.1.…`), or one by parameters of the instance. */
export function launchInterface(state: Ec2State, parameters: Parameters): LaunchInterface {
  const described = [...parameters.keys()].some((name) => name.startsWith(NIC));
  const onInstance = OF_NEW.some((name) => parameters.has(name));
  if (described && onInstance)
    throw new Ec2Error(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID, private IP address or security groups may not be specified on the same request',
    );
  const id = parameters.get(`${NIC}NetworkInterfaceId`);
  return id === undefined
    ? newInterface(state, parameters, described ? NIC : '')
    : existingInterface(state, parameters, id);
}

function existingInterface(state: Ec2State, parameters: Parameters, id: string): LaunchInterface {
  if (parameters.has(`${NIC}AssociatePublicIpAddress`))
    throw new Ec2Error(
      'InvalidParameterCombination',
      'The associatePublicIPAddress parameter cannot be specified for a network interface with an ID.',
    );
  if (OF_NEW.some((name) => parameters.has(`${NIC}${name}`)))
    throw new Ec2Error(
      'InvalidParameterCombination',
      'A network interface may not specify both a network interface ID and a subnet ID, private IP address or security groups',
    );
  const existing = detachedInterface(state, id);
  const { groups, description, host } = existing;
  const subnet = find.subnet(state, host.subnet.id);
  return { existing, subnet, address: host.address, groups, public: false, deleteOnTermination: false, description };
}

function newInterface(state: Ec2State, parameters: Parameters, prefix: string): LaunchInterface {
  const subnet = subnetAsked(state, parameters, parameters.get(`${prefix}SubnetId`));
  const own = (name: string, otherwise: boolean) =>
    parameters.has(`${NIC}${name}`) ? flag(parameters, `${NIC}${name}`) : otherwise;
  return {
    existing: undefined,
    subnet,
    address: addressFor(state, subnet, parameters.get(`${prefix}PrivateIpAddress`)),
    groups: groupsFor(state, list(parameters, `${prefix}SecurityGroupId`), subnet),
    public: own('AssociatePublicIpAddress', subnet.mapPublicIp),
    deleteOnTermination: own('DeleteOnTermination', true),
    description: parameters.get(`${NIC}Description`) ?? '',
  };
}

function subnetAsked(state: Ec2State, parameters: Parameters, id: string | undefined): VpcSubnet {
  if (id === undefined)
    throw new Ec2Error(
      'VPCIdNotSpecified',
      'No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.',
    );
  const subnet = find.subnet(state, id);
  const zone = parameters.get('Placement.AvailabilityZone') ?? subnet.zone;
  if (zone === subnet.zone) return subnet;
  throw new Ec2Error(
    'InvalidParameterCombination',
    `The availability zone '${zone}' and the subnet '${subnet.id}' (availability zone '${subnet.zone}') do not agree.`,
  );
}
