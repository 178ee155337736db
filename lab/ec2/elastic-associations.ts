import type { Ec2State, ElasticAddress, NetworkInterface } from './state.ts';

/** The state in which Elastic IP addresses have followed private addresses that were moved to `nic`. */
export function followed(state: Ec2State, nic: NetworkInterface, addresses: readonly string[]): Ec2State {
  const vpcOf = (id: string) => state.interfaces.find((one) => one.host.interfaceId === id)?.host.subnet.vpcId;
  return edited(state, (one) => {
    const { association } = one;
    if (association === undefined || !addresses.includes(association.privateAddress)) return one;
    // Another VPC may have the same private address.
    if (vpcOf(association.interfaceId) !== nic.host.subnet.vpcId) return one;
    return { ...one, association: { ...association, interfaceId: nic.host.interfaceId } };
  });
}

/** The state without the associations of these private addresses of `nic`. */
export function dropped(state: Ec2State, nic: NetworkInterface, addresses: readonly string[]): Ec2State {
  return edited(state, (one) =>
    one.association?.interfaceId === nic.host.interfaceId && addresses.includes(one.association.privateAddress)
      ? { ...one, association: undefined }
      : one,
  );
}

/** The state without the associations of an interface that is gone. The addresses stay allocated. */
export function droppedWith(state: Ec2State, interfaceId: string): Ec2State {
  return edited(state, (one) =>
    one.association?.interfaceId === interfaceId ? { ...one, association: undefined } : one,
  );
}

function edited(state: Ec2State, edit: (one: ElasticAddress) => ElasticAddress): Ec2State {
  return { ...state, elasticAddresses: state.elasticAddresses.map(edit) };
}
