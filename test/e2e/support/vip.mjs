// Prints the network interfaces that have an address as JSON: vip.mjs ADDRESS. With `unassign` it is unassigned from them first; with
// `assign OTHER` it is assigned to the interface whose primary address is OTHER; with `fill OTHER` that one gets as many other addresses as it
// may have, and with `empty OTHER` it loses them again. For use on the operator machine of the lab.
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
if (order === 'fill')
  for (const { NetworkInterfaceId } of await withAddress(other)) {
    const one = { NetworkInterfaceId, SecondaryPrivateIpAddressCount: 1 };
    while (await client.send(new AssignPrivateIpAddressesCommand(one)).catch(() => false));
  }
if (order === 'empty')
  for (const { NetworkInterfaceId, PrivateIpAddresses: all } of await withAddress(other)) {
    const added = all.filter((one) => !one.Primary).map((one) => one.PrivateIpAddress);
    const others = added.filter((one) => one !== address);
    await client.send(new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId, PrivateIpAddresses: others }));
  }
process.stdout.write(JSON.stringify((await withAddress(address)).map((one) => one.PrivateIpAddress)));
