import * as ec2 from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { EMPTY } from '../../../lab/ec2/state.ts';
import { type Api, refusal, serveApi } from '../support/api.ts';

describe('lab: an EC2 account that starts empty', () => {
  let api: Api;
  let vpc: string;
  const send = ((command: ec2.CreateVpcCommand) => api.client.send(command)) as ec2.EC2Client['send'];
  const subnet = async (CidrBlock: string, zone = 'lab-1a', VpcId = vpc) => {
    const made = await send(new ec2.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: zone }));
    return made.Subnet?.SubnetId ?? '';
  };
  const group = async (GroupName: string) =>
    (await send(new ec2.CreateSecurityGroupCommand({ VpcId: vpc, GroupName, Description: 'for a test' }))).GroupId ??
    '';
  const about = (name: string, ...values: string[]) => ({ Filters: [{ Name: name, Values: values }] });

  beforeEach(async () => {
    api = await serveApi(EMPTY);
    const tags = [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'Name', Value: 'fleet' }] }];
    vpc =
      (await send(new ec2.CreateVpcCommand({ CidrBlock: '10.80.0.0/16', TagSpecifications: tags }))).Vpc?.VpcId ?? '';
  });
  afterEach(() => api.end());

  it('creates and deletes a VPC with its main route table and default group', async () => {
    const tables = await send(new ec2.DescribeRouteTablesCommand(about('vpc-id', vpc)));
    expect(tables.RouteTables?.map((one) => one.Associations?.map(({ Main }) => Main))).to.deep.equal([[true]]);
    expect(tables.RouteTables?.[0]?.Routes).to.deep.include({
      DestinationCidrBlock: '10.80.0.0/16',
      GatewayId: 'local',
      Origin: 'CreateRouteTable',
      State: 'active',
    });
    const groups = await send(new ec2.DescribeSecurityGroupsCommand(about('vpc-id', vpc)));
    expect(groups.SecurityGroups?.map((one) => one.GroupName)).to.deep.equal(['default']);
    await send(new ec2.DeleteVpcCommand({ VpcId: vpc }));
    expect((await send(new ec2.DescribeRouteTablesCommand({}))).RouteTables).to.deep.equal([]);
    expect(await refusal(send(new ec2.DescribeVpcsCommand({ VpcIds: [vpc] })))).to.equal(
      `InvalidVpcID.NotFound: The vpc ID '${vpc}' does not exist`,
    );
  });

  it('sets tags at creation, filters by them and lists them', async () => {
    const found = await send(new ec2.DescribeVpcsCommand(about('tag:Name', 'fleet')));
    expect(found.Vpcs?.map((one) => one.VpcId)).to.deep.equal([vpc]);
    expect((await send(new ec2.DescribeVpcsCommand(about('tag:Name', 'other')))).Vpcs).to.deep.equal([]);
    const { Tags } = await send(new ec2.DescribeTagsCommand(about('resource-type', 'vpc')));
    expect(Tags).to.deep.equal([{ Key: 'Name', Value: 'fleet', ResourceId: vpc, ResourceType: 'vpc' }]);
    const wrong = [{ ResourceType: 'subnet' as const, Tags: [{ Key: 'a', Value: 'b' }] }];
    expect(
      await refusal(send(new ec2.CreateVpcCommand({ CidrBlock: '10.9.0.0/16', TagSpecifications: wrong }))),
    ).to.equal("InvalidParameterValue: 'subnet' is not a valid taggable resource type for this operation.");
  });

  it("requires subnets to be within their VPC, not to overlap, and to avoid the lab's own networks", async () => {
    const first = await subnet('10.80.1.0/24');
    const shown = (await send(new ec2.DescribeSubnetsCommand({ SubnetIds: [first] }))).Subnets?.[0];
    expect(shown).to.include({ CidrBlock: '10.80.1.0/24', AvailableIpAddressCount: 251, AvailabilityZone: 'lab-1a' });
    const refusals = {
      '10.80.1.128/25': "InvalidSubnet.Conflict: The CIDR '10.80.1.128/25' conflicts with another subnet",
      '10.81.1.0/24': "InvalidSubnet.Range: The CIDR '10.81.1.0/24' is invalid.",
      '10.80.2.0/30': "InvalidSubnet.Range: The CIDR '10.80.2.0/30' is invalid.",
      '10.80.2':
        'InvalidParameterValue: Value (10.80.2) for parameter cidrBlock is invalid. This is not a valid CIDR block.',
      '10.80.0.0/24':
        "Unsupported: This lab does not support the subnet: 10.80.0.0/24 is used by the operator's machine and the EC2 API. Use another block.",
    };
    for (const [block, words] of Object.entries(refusals)) expect(await refusal(subnet(block))).to.equal(words);
    expect(await refusal(subnet('10.80.2.0/24', 'lab-1z'))).to.match(
      /^InvalidParameterValue: Value \(lab-1z\) for parameter availabilityZone is invalid\..*lab-1a, lab-1b, lab-1c\.$/,
    );
    const duplicate = (await send(new ec2.CreateVpcCommand({ CidrBlock: '10.80.0.0/16' }))).Vpc?.VpcId ?? '';
    expect(await refusal(subnet('10.80.1.0/24', 'lab-1a', duplicate))).to.match(/^Unsupported: .*share one router/);
  });

  it('refuses to delete a resource with dependents', async () => {
    const { InternetGateway } = await send(new ec2.CreateInternetGatewayCommand({}));
    const gateway = InternetGateway?.InternetGatewayId ?? '';
    await send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc }));
    const first = await subnet('10.80.1.0/24');
    expect(await refusal(send(new ec2.DeleteVpcCommand({ VpcId: vpc })))).to.equal(
      `DependencyViolation: The vpc '${vpc}' has dependencies and cannot be deleted.`,
    );
    expect(await refusal(send(new ec2.DeleteInternetGatewayCommand({ InternetGatewayId: gateway })))).to.equal(
      `DependencyViolation: The internetGateway '${gateway}' has dependencies and cannot be deleted.`,
    );
    await send(new ec2.DetachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc }));
    await send(new ec2.DeleteInternetGatewayCommand({ InternetGatewayId: gateway }));
    await send(new ec2.DeleteSubnetCommand({ SubnetId: first }));
    await send(new ec2.DeleteVpcCommand({ VpcId: vpc }));
    expect(api.fleet.ec2).to.deep.equal(EMPTY);
  });

  it('routes to the gateway of the VPC, which become blackholes once it is detached', async () => {
    const { InternetGateway } = await send(new ec2.CreateInternetGatewayCommand({}));
    const GatewayId = InternetGateway?.InternetGatewayId ?? '';
    const made = await send(new ec2.CreateRouteTableCommand({ VpcId: vpc }));
    const RouteTableId = made.RouteTable?.RouteTableId ?? '';
    const route = { RouteTableId, GatewayId, DestinationCidrBlock: '0.0.0.0/0' };
    expect(await refusal(send(new ec2.CreateRouteCommand(route)))).to.equal(
      `InvalidParameterValue: route table ${RouteTableId} and network gateway ${GatewayId} belong to different networks`,
    );
    await send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId: vpc }));
    expect(await refusal(send(new ec2.DeleteRouteCommand(route)))).to.equal(
      `InvalidRoute.NotFound: no route with destination-cidr-block 0.0.0.0/0 in route table ${RouteTableId}`,
    );
    await send(new ec2.CreateRouteCommand(route));
    const states = async () => {
      const { RouteTables } = await send(new ec2.DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
      return RouteTables?.[0]?.Routes?.map((one) => one.State);
    };
    expect(await states()).to.deep.equal(['active', 'active']);
    await send(new ec2.DetachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId: vpc }));
    expect(await states()).to.deep.equal(['active', 'blackhole']);
    const SubnetId = await subnet('10.80.1.0/24');
    const { AssociationId } = await send(new ec2.AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    expect(await refusal(send(new ec2.DeleteRouteTableCommand({ RouteTableId })))).to.match(/^DependencyViolation: /);
    await send(new ec2.DisassociateRouteTableCommand({ AssociationId }));
    await send(new ec2.DeleteRouteTableCommand({ RouteTableId }));
  });

  it('routes to a network interface: outside the VPC any address, inside only the range of a subnet', async () => {
    const { Vpcs } = await send(new ec2.DescribeVpcsCommand({ VpcIds: [vpc] }));
    expect(Vpcs?.[0]?.CidrBlock).to.equal('10.80.0.0/16');
    const SubnetId = await subnet('10.80.1.0/24');
    const state = api.fleet.ec2;
    const [place] = state.subnets;
    if (!place) throw new Error('there is no subnet');
    const nic = initialState(new Date(0)).interfaces.find(({ host }) => host.name === 'proxy-1');
    if (!nic) throw new Error('there is no interface');
    const own = { ...nic, groups: [], host: { ...nic.host, subnet: place } };
    await api.fleet.change({ ...state, interfaces: [own] });
    const made = await send(new ec2.CreateRouteTableCommand({ VpcId: vpc }));
    const RouteTableId = made.RouteTable?.RouteTableId ?? '';
    const to = { RouteTableId, NetworkInterfaceId: own.host.interfaceId };
    const overlay = { ...to, DestinationCidrBlock: '192.168.250.10/32' };
    expect(await refusal(send(new ec2.ReplaceRouteCommand(overlay)))).to.match(
      /^InvalidParameterValue: There is no route defined for '192\.168\.250\.10\/32'/,
    );
    await send(new ec2.CreateRouteCommand(overlay));
    expect(await refusal(send(new ec2.ReplaceRouteCommand({ ...overlay, DryRun: true })))).to.match(
      /^DryRunOperation: /,
    );
    await send(new ec2.ReplaceRouteCommand(overlay));
    expect(await refusal(send(new ec2.CreateRouteCommand({ ...to, DestinationCidrBlock: '10.80.1.7/32' })))).to.equal(
      "InvalidParameterValue: Route destination doesn't match any subnet CIDR blocks.",
    );
    await send(new ec2.CreateRouteCommand({ ...to, DestinationCidrBlock: '10.80.1.0/24' }));
    const { RouteTables } = await send(new ec2.DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
    const shown = RouteTables?.[0]?.Routes?.map((one) => [one.DestinationCidrBlock, one.NetworkInterfaceId, one.State]);
    expect(shown).to.deep.include(['192.168.250.10/32', own.host.interfaceId, 'blackhole']);
    expect(SubnetId).to.equal(place.id);
  });

  it('adds group rules once, lists them, and revokes them by content or by id', async () => {
    const GroupId = await group('mesh');
    const ssh = {
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
      IpRanges: [{ CidrIp: '10.80.0.10/32', Description: 'the operator' }],
    };
    const gre = { IpProtocol: '47', UserIdGroupPairs: [{ GroupId }] };
    await send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ssh, gre] }));
    expect(
      await refusal(send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ssh] }))),
    ).to.equal(
      'InvalidPermission.Duplicate: the specified rule "peer: 10.80.0.10/32, TCP, from port: 22, to port: 22, ALLOW" already exists',
    );
    const { SecurityGroups } = await send(new ec2.DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    expect(SecurityGroups?.[0]?.IpPermissions?.map((one) => one.IpProtocol)).to.deep.equal(['tcp', '47']);
    expect(SecurityGroups?.[0]?.IpPermissions?.[0]?.IpRanges).to.deep.equal(ssh.IpRanges);
    const rules = await send(new ec2.DescribeSecurityGroupRulesCommand(about('group-id', GroupId)));
    const own = rules.SecurityGroupRules?.find((one) => one.IpProtocol === '47');
    expect(own).to.include({ IsEgress: false, FromPort: -1, ToPort: -1 });
    expect(own?.ReferencedGroupInfo?.GroupId).to.equal(GroupId);
    const byId = { GroupId, SecurityGroupRuleIds: [own?.SecurityGroupRuleId ?? ''] };
    await send(new ec2.RevokeSecurityGroupIngressCommand(byId));
    await send(new ec2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ssh] }));
    expect(await refusal(send(new ec2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [gre] })))).to.equal(
      'InvalidPermission.NotFound: The specified rule does not exist in this security group.',
    );
  });

  it('refuses to delete a referenced or default group, or to create a group twice', async () => {
    const [one, other] = [await group('one'), await group('other')];
    const meant = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: one }] };
    await send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId: other, IpPermissions: [meant] }));
    expect(await refusal(send(new ec2.DeleteSecurityGroupCommand({ GroupId: one })))).to.equal(
      `DependencyViolation: resource ${one} has a dependent object`,
    );
    expect(await refusal(group('one'))).to.equal(
      `InvalidGroup.Duplicate: The security group 'one' already exists for VPC '${vpc}'`,
    );
    const { SecurityGroups } = await send(new ec2.DescribeSecurityGroupsCommand(about('group-name', 'default')));
    const GroupId = SecurityGroups?.[0]?.GroupId ?? '';
    expect(await refusal(send(new ec2.DeleteSecurityGroupCommand({ GroupId })))).to.match(/^CannotDelete: /);
    await send(new ec2.DeleteSecurityGroupCommand({ GroupId: other }));
    await send(new ec2.DeleteSecurityGroupCommand({ GroupId: one }));
  });

  it('imports a key pair once, shows its fingerprint, and deletes it idempotently', async () => {
    const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcNOXvhWHlzbTxvCgTQgxJkzDpjOlQkmj4PW1UqBUEj someone';
    const pair = { KeyName: 'someone', PublicKeyMaterial: Buffer.from(line) };
    const { KeyFingerprint } = await send(new ec2.ImportKeyPairCommand(pair));
    expect(KeyFingerprint).to.match(/^[A-Za-z0-9+/]{43}=$/);
    expect(await refusal(send(new ec2.ImportKeyPairCommand(pair)))).to.equal(
      'InvalidKeyPair.Duplicate: The keypair already exists',
    );
    const bad = { KeyName: 'bad', PublicKeyMaterial: Buffer.from('ssh-ed25519 nonsense') };
    expect(await refusal(send(new ec2.ImportKeyPairCommand(bad)))).to.match(/^InvalidKey\.Format: /);
    const { KeyPairs } = await send(new ec2.DescribeKeyPairsCommand({ IncludePublicKey: true }));
    expect(KeyPairs?.map((one) => [one.KeyName, one.PublicKey])).to.deep.equal([['someone', line]]);
    for (let times = 0; times < 2; times++) await send(new ec2.DeleteKeyPairCommand({ KeyName: 'someone' }));
    expect(await refusal(send(new ec2.DescribeKeyPairsCommand({ KeyNames: ['someone'] })))).to.equal(
      "InvalidKeyPair.NotFound: The key pair 'someone' does not exist",
    );
  });

  it('describes images, types and zones, and refuses unknown ones with EC2’s errors', async () => {
    const { Images } = await send(new ec2.DescribeImagesCommand({ Owners: ['self'], ...about('name', 'debian-12-*') }));
    expect(Images?.map((one) => [one.ImageId, one.EnaSupport])).to.deep.include(['ami-0000000000000d012', true]);
    expect((await send(new ec2.DescribeImagesCommand({ Owners: ['amazon'] }))).Images).to.deep.equal([]);
    expect(await refusal(send(new ec2.DescribeImagesCommand({ ImageIds: ['ami-00000000000000bad'] })))).to.equal(
      "InvalidAMIID.NotFound: The image id '[ami-00000000000000bad]' does not exist",
    );
    const deprecated = { Filters: [{ Name: 'image-id', Values: ['ami-0000000000000d011'] }] };
    expect((await send(new ec2.DescribeImagesCommand(deprecated))).Images).to.deep.equal([]);
    const asked = await send(new ec2.DescribeImagesCommand({ ...deprecated, IncludeDeprecated: true }));
    expect(asked.Images).to.have.nested.property('[0].DeprecationTime', '2026-01-05T08:00:00.000Z');
    const types = await send(new ec2.DescribeInstanceTypesCommand({ InstanceTypes: ['m5.large', 'c4.large'] }));
    expect(types.InstanceTypes?.map((one) => one.NetworkInfo?.EnaSupport)).to.deep.equal(['required', 'unsupported']);
    const zones = await send(new ec2.DescribeAvailabilityZonesCommand({}));
    expect(zones.AvailabilityZones?.map((one) => one.ZoneName)).to.deep.equal(['lab-1a', 'lab-1b', 'lab-1c']);
  });

  it('reports the outcome of a dry run without changes; refuses an unknown filter', async () => {
    const dry = (CidrBlock: string) =>
      refusal(send(new ec2.CreateSubnetCommand({ VpcId: vpc, CidrBlock, DryRun: true })));
    expect(await dry('10.80.1.0/24')).to.equal(
      'DryRunOperation: Request would have succeeded, but DryRun flag is set.',
    );
    expect(await dry('10.81.1.0/24')).to.match(/^InvalidSubnet\.Range: /);
    expect(api.fleet.ec2.subnets).to.deep.equal([]);
    expect(await refusal(send(new ec2.DescribeSubnetsCommand(about('colour', 'red'))))).to.equal(
      "InvalidParameterValue: The filter 'colour' is invalid",
    );
  });

  it('returns lists in pages', async () => {
    for (let third = 1; third <= 7; third++) await subnet(`10.80.${third}.0/24`);
    const seen: string[][] = [];
    for await (const page of ec2.paginateDescribeSubnets({ client: api.client, pageSize: 5 }, {}))
      seen.push((page.Subnets ?? []).map((one) => one.CidrBlock ?? ''));
    expect(seen.map((page) => page.length)).to.deep.equal([5, 2]);
    expect(new Set(seen.flat()).size).to.equal(7);
  });
});
