// Prints, as JSON, the network interfaces that own an address: vip.mjs ADDRESS. With `unassign` it is taken from them first; with
// `assign OTHER` it is given to the interface whose own address is OTHER. For use on the lab's operator machine.
import {
  AssignPrivateIpAddressesCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  UnassignPrivateIpAddressesCommand,
} from '@aws-sdk/client-ec2';

const [address, order, other] = process.argv.slice(2);
const client = new EC2Client({ region: 'lab-1', endpoint: 'http://10.80.0.2:4566' });
const withAddress = async (value) => {
  const Filters = [{ Name: 'addresses.private-ip-address', Values: [value] }];
  return (await client.send(new DescribeNetworkInterfacesCommand({ Filters }))).NetworkInterfaces;
};

const PrivateIpAddresses = [address];
if (order === 'unassign')
  for (const { NetworkInterfaceId } of await withAddress(address))
    await client.send(new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId, PrivateIpAddresses }));
if (order === 'assign')
  for (const { NetworkInterfaceId } of await withAddress(other))
    await client.send(
      new AssignPrivateIpAddressesCommand({ NetworkInterfaceId, PrivateIpAddresses, AllowReassignment: true }),
    );
process.stdout.write(JSON.stringify((await withAddress(address)).map((one) => one.PrivateIpAddress)));
