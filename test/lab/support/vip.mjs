// Prints, as JSON, the network interfaces that own an address: vip.mjs ADDRESS. For use on the lab's operator machine.
import { DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2';

const client = new EC2Client({ region: 'lab-1', endpoint: 'http://10.80.0.2:4566' });
const Filters = [{ Name: 'addresses.private-ip-address', Values: [process.argv[2]] }];
const { NetworkInterfaces } = await client.send(new DescribeNetworkInterfacesCommand({ Filters }));
process.stdout.write(JSON.stringify(NetworkInterfaces.map((one) => one.PrivateIpAddress)));
