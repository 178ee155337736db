// Prints one line for each of all instances and network interfaces as the lab's EC2 API describes them. For use on the lab's operator machine.
import { DescribeInstancesCommand, DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2';

const client = new EC2Client({ region: 'lab-1', endpoint: 'http://10.80.0.2:4566' });
const { Reservations } = await client.send(new DescribeInstancesCommand({}));
const { NetworkInterfaces } = await client.send(new DescribeNetworkInterfacesCommand({}));
const all = [...Reservations.flatMap((one) => one.Instances), ...NetworkInterfaces];
process.stdout.write(all.map((one) => `${JSON.stringify(one)}\n`).join(''));
