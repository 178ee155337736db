import { type LabHost, macOf } from '../topology.ts';
import { Ec2Error } from './errors.ts';
import { newId } from './ids.ts';
import { addressFor } from './launch-address.ts';
import type { Ec2State, NetworkInterface, VpcSubnet } from './state.ts';

/** A new network interface of a NAT gateway or an endpoint, which EC2 makes and deletes itself. */
export function managedInterface(
  state: Ec2State,
  subnet: VpcSubnet,
  managed: NonNullable<NetworkInterface['managed']>,
  parts: Pick<NetworkInterface, 'groups' | 'description'>,
): NetworkInterface {
  const address = addressFor(state, subnet, undefined);
  const host: LabHost = {
    name: '',
    port: '',
    subnet,
    address,
    mac: macOf(address),
    instanceId: '',
    interfaceId: newId('eni'),
    attachmentId: newId('eni-attach'),
    flavour: '',
  };
  const kept = { attached: true, deleteOnTermination: false, addresses: [address] };
  return { ...kept, ...parts, host, managed, sourceDestCheck: managed === 'vpc_endpoint' };
}

/** Throws EC2's error for an interface that the account may not change. */
export function checkOwn(nic: NetworkInterface): void {
  if (nic.managed === undefined) return;
  throw new Ec2Error('AuthFailure', 'You do not have permission to access the specified resource.');
}
