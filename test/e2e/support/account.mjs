/** Prints the resources in the account of the lab's EC2 API as JSON, by kind. */
import {
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const client = new EC2Client({ region: 'lab-1', endpoint: 'http://10.80.0.2:4566', maxAttempts: 10 });
const ask = (Command) => client.send(new Command({}));
const resource = (id, state, tags) => ({
  id,
  state,
  tags: Object.fromEntries((tags ?? []).map((one) => [one.Key, one.Value])),
});
const { Reservations = [] } = await ask(DescribeInstancesCommand);
const alive = Reservations.flatMap(({ Instances }) => Instances).filter(
  ({ State }) => !['terminated', 'shutting-down'].includes(State.Name),
);
const account = {
  vpcs: (await ask(DescribeVpcsCommand)).Vpcs.map((one) => resource(one.VpcId, one.State, one.Tags)),
  subnets: (await ask(DescribeSubnetsCommand)).Subnets.map((one) => resource(one.SubnetId, one.State, one.Tags)),
  gateways: (await ask(DescribeInternetGatewaysCommand)).InternetGateways.map((one) =>
    resource(one.InternetGatewayId, one.Attachments?.length ? 'attached' : 'detached', one.Tags),
  ),
  groups: (await ask(DescribeSecurityGroupsCommand)).SecurityGroups.filter((one) => one.GroupName !== 'default').map(
    (one) => resource(one.GroupId, 'present', one.Tags),
  ),
  interfaces: (await ask(DescribeNetworkInterfacesCommand)).NetworkInterfaces.map((one) =>
    resource(one.NetworkInterfaceId, one.Status, one.TagSet),
  ),
  volumes: (await ask(DescribeVolumesCommand)).Volumes.map((one) => resource(one.VolumeId, one.State, one.Tags)),
  instances: alive.map((one) => ({
    ...resource(one.InstanceId, one.State.Name, one.Tags),
    sriov: one.SriovNetSupport ?? '',
  })),
};
process.stdout.write(`${JSON.stringify(account)}\n`);
