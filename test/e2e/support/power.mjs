// Calls the EC2 API of the lab, then prints the state of the instance: power.mjs Stop|Start|Reboot|Describe NAME. For use on the lab's operator machine.
import {
  DescribeInstancesCommand,
  EC2Client,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';

const [order = '', name = ''] = process.argv.slice(2);
const commands = { Stop: StopInstancesCommand, Start: StartInstancesCommand, Reboot: RebootInstancesCommand };
const client = new EC2Client({ region: 'lab-1', endpoint: 'http://10.80.0.2:4566' });
const Filters = [{ Name: 'tag:Name', Values: [name] }];
const described = async () =>
  (await client.send(new DescribeInstancesCommand({ Filters }))).Reservations?.[0]?.Instances?.[0];

const InstanceIds = [(await described())?.InstanceId ?? ''];
if (order in commands) await client.send(new commands[order]({ InstanceIds }));
process.stdout.write((await described())?.State?.Name ?? 'none');
