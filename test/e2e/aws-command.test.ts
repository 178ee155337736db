import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ensure } from '../../lab/image/packages.ts';
import { bootLab, type Ended, type Lab, must, until } from './support/lab.ts';

/** Debian's `aws` command with the lab's EC2 API: resources are created, used and deleted. */
describe('the aws command of Debian on an empty lab', function () {
  this.timeout(300_000);
  let lab: Lab;
  const folder = mkdtempSync(join(tmpdir(), 'lab-aws-'));
  /** Ids of what was created so far, by kind. */
  const ids: Record<string, string> = {};
  const called = new Set<string>();

  before(async () => {
    await ensure([{ file: '/usr/bin/aws', package: 'awscli' }], () => undefined);
    lab = await bootLab('test-aws', 'lxc', '--empty');
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await lab?.down();
  });

  const aws = (...words: string[]): Promise<Ended> => {
    called.add(words[0] ?? '');
    return lab.run(['/usr/bin/aws', '--endpoint-url', 'http://10.80.0.2:4566', 'ec2', ...words]);
  };
  const json = async (...words: string[]) => {
    const { out } = await must(aws(...words, '--output', 'json'));
    return out.trim() === '' ? {} : JSON.parse(out);
  };
  const text = async (...words: string[]) => (await must(aws(...words, '--output', 'text'))).out.trimEnd();
  const refused = async (...words: string[]) => {
    const { code, err } = await aws(...words);
    return { code, error: err.trim() };
  };
  const state = () =>
    text(
      'describe-instances',
      '--instance-ids',
      ids['instance'] ?? '',
      '--query',
      'Reservations[].Instances[].State.Name',
    );
  const inState = (wanted: string) => until(`the instance to be ${wanted}`, state, (now) => now === wanted);

  it('shows an account with the key pair of the operator and nothing else', async () => {
    expect(await text('describe-key-pairs', '--query', 'KeyPairs[].KeyName')).to.equal('lab');
    for (const [call, answer] of Object.entries({
      'describe-vpcs': { Vpcs: [] },
      'describe-subnets': { Subnets: [] },
      'describe-instances': { Reservations: [] },
      'describe-security-groups': { SecurityGroups: [] },
    }))
      expect(await json(call)).to.deep.equal(answer);
  });

  it('creates a VPC, a subnet and an internet gateway, and shows them as json and as text', async () => {
    const tags = 'ResourceType=vpc,Tags=[{Key=Name,Value=fleet}]';
    const { Vpc } = await json('create-vpc', '--cidr-block', '10.80.0.0/16', '--tag-specifications', tags);
    ids['vpc'] = Vpc.VpcId;
    expect(Vpc).to.deep.include({
      CidrBlock: '10.80.0.0/16',
      Tags: [{ Key: 'Name', Value: 'fleet' }],
      State: 'available',
    });
    const where = ['--vpc-id', ids['vpc'] ?? ''];
    const subnet = await json(
      'create-subnet',
      ...where,
      '--cidr-block',
      '10.80.1.0/24',
      '--availability-zone',
      'lab-1b',
    );
    ids['subnet'] = subnet.Subnet.SubnetId;
    const row = ['--filters', `Name=vpc-id,Values=${ids['vpc']}`, '--query'];
    expect(
      await text('describe-subnets', ...row, 'Subnets[].[SubnetId,AvailabilityZone,AvailableIpAddressCount]'),
    ).to.equal(`${ids['subnet']}\tlab-1b\t251`);
    ids['gateway'] = (await json('create-internet-gateway')).InternetGateway.InternetGatewayId;
    await json('attach-internet-gateway', ...where, '--internet-gateway-id', ids['gateway'] ?? '');
    const table = await text('describe-route-tables', ...row, 'RouteTables[].RouteTableId');
    const route = ['--route-table-id', table, '--destination-cidr-block', '0.0.0.0/0'];
    expect(await json('create-route', ...route, '--gateway-id', ids['gateway'] ?? '')).to.deep.equal({ Return: true });
    expect(
      await text('describe-route-tables', ...row, 'RouteTables[].Routes[].[DestinationCidrBlock,GatewayId,State]'),
    ).to.equal(`10.80.0.0/16\tlocal\tactive\n0.0.0.0/0\t${ids['gateway']}\tactive`);
    expect(await text('describe-vpcs', '--filters', 'Name=tag:Name,Values=fleet')).to.match(
      /^VPCS\t10\.80\.0\.0\/16\t.*\nCIDRBLOCKASSOCIATIONSET\t.*\nCIDRBLOCKSTATE\tassociated\nTAGS\tName\tfleet$/,
    );
  });

  it('creates a security group, and adds and removes rules', async () => {
    const made = ['--group-name', 'hosts', '--description', 'of the fleet', '--vpc-id', ids['vpc'] ?? ''];
    ids['group'] = (await json('create-security-group', ...made)).GroupId;
    const group = ['--group-id', ids['group'] ?? ''];
    const ssh = ['--protocol', 'tcp', '--port', '22', '--cidr', '10.80.0.10/32'];
    const { SecurityGroupRules } = await json('authorize-security-group-ingress', ...group, ...ssh);
    expect(SecurityGroupRules[0]).to.include({
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
      CidrIpv4: '10.80.0.10/32',
    });
    const gre = ['--ip-permissions', `IpProtocol=47,UserIdGroupPairs=[{GroupId=${ids['group']}}]`];
    await json('authorize-security-group-ingress', ...group, ...gre);
    const rules = ['describe-security-group-rules', '--filters', `Name=group-id,Values=${ids['group']}`, '--query'];
    expect(await text(...rules, 'sort_by(SecurityGroupRules,&IpProtocol)[].[IpProtocol,IsEgress]')).to.equal(
      '-1\tTrue\n47\tFalse\ntcp\tFalse',
    );
    expect(await refused('authorize-security-group-ingress', ...group, ...ssh)).to.deep.equal({
      code: 254,
      error:
        'An error occurred (InvalidPermission.Duplicate) when calling the AuthorizeSecurityGroupIngress operation: the specified rule "peer: 10.80.0.10/32, TCP, from port: 22, to port: 22, ALLOW" already exists',
    });
    expect(await json('revoke-security-group-ingress', ...group, ...gre)).to.deep.include({ Return: true });
    const shown = await json('describe-security-groups', '--group-ids', ids['group'] ?? '');
    expect(shown.SecurityGroups[0].IpPermissions).to.have.length(1);
  });

  it('starts an instance that accepts logins, with its host key on its console', async () => {
    await must(lab.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'mine', '-f', join(folder, 'key')]));
    const material = `fileb://${join(folder, 'key.pub')}`;
    expect(await json('import-key-pair', '--key-name', 'mine', '--public-key-material', material)).to.include({
      KeyName: 'mine',
    });
    const [image = ''] = (
      await text(
        'describe-images',
        '--owners',
        'self',
        '--filters',
        'Name=name,Values=debian-12-prepared',
        '--query',
        'Images[].ImageId',
      )
    ).split('\t');
    const run = [
      ...['run-instances', '--image-id', image, '--instance-type', 'c4.large', '--key-name', 'mine'],
      ...[
        '--subnet-id',
        ids['subnet'] ?? '',
        '--private-ip-address',
        '10.80.1.50',
        '--security-group-ids',
        ids['group'] ?? '',
      ],
      ...[
        '--client-token',
        'once',
        '--metadata-options',
        'HttpTokens=required',
        '--iam-instance-profile',
        'Name=lab-proxy',
      ],
      ...['--block-device-mappings', 'DeviceName=/dev/xvda,Ebs={VolumeSize=9,VolumeType=gp3}'],
      ...['--tag-specifications', 'ResourceType=instance,Tags=[{Key=Name,Value=one}]'],
    ];
    const [first] = (await json(...run)).Instances;
    ids['instance'] = first.InstanceId;
    expect(first).to.include({ PrivateIpAddress: '10.80.1.50', InstanceType: 'c4.large', ClientToken: 'once' });
    expect((await json(...run)).Instances[0].InstanceId).to.equal(first.InstanceId);
    await inState('running');
    const one = ['--instance-id', ids['instance'] ?? ''];
    const console = await until(
      'its console',
      () => text('get-console-output', ...one, '--query', 'Output'),
      (output) => output.includes('KEY KEYS'),
    );
    const key = /-----BEGIN SSH HOST KEY KEYS-----\s+(ssh-ed25519 \S+)/.exec(console)?.[1];
    writeFileSync(join(folder, 'known_hosts'), `10.80.1.50 ${key}\n`);
    expect((await must(ssh('hostname; cat /run/lab/nic-driver; df --output=size -BG / | tail -n 1'))).out).to.match(
      /^one\nvif\n +9G\n$/,
    );
    expect(
      (await json('describe-volumes', '--filters', `Name=attachment.instance-id,Values=${ids['instance']}`)).Volumes[0],
    ).to.include({ Size: 9, VolumeType: 'gp3', State: 'in-use' });
  });

  it('tags it, and finds it by its tags', async () => {
    const it = ['--resources', ids['instance'] ?? ''];
    await json('create-tags', ...it, '--tags', 'Key=role,Value=redis');
    const find = [
      'describe-tags',
      '--filters',
      'Name=key,Values=role',
      '--query',
      'Tags[].[ResourceId,ResourceType,Value]',
    ];
    expect(await text(...find)).to.equal(`${ids['instance']}\tinstance\tredis`);
    await json('delete-tags', ...it, '--tags', 'Key=role');
    expect(await text(...find)).to.equal('');
  });

  it('stops it, enables enhanced networking, and starts it with the other driver', async () => {
    const one = ['--instance-id', ids['instance'] ?? ''];
    const sriov = ['modify-instance-attribute', ...one, '--sriov-net-support', 'simple'];
    expect((await refused(...sriov)).error).to.equal(
      `An error occurred (IncorrectInstanceState) when calling the ModifyInstanceAttribute operation: The instance '${ids['instance']}' is not in the 'stopped' state.`,
    );
    const { StoppingInstances } = await json('stop-instances', '--instance-ids', ids['instance'] ?? '');
    expect(StoppingInstances[0].PreviousState).to.deep.equal({ Code: 16, Name: 'running' });
    await inState('stopped');
    const shown = ['describe-instance-attribute', ...one, '--attribute', 'sriovNetSupport'];
    expect((await json(...shown)).SriovNetSupport).to.deep.equal({});
    await must(aws(...sriov));
    expect((await json(...shown)).SriovNetSupport).to.deep.equal({ Value: 'simple' });
    await json('start-instances', '--instance-ids', ids['instance'] ?? '');
    const driver = await until(
      'it to answer',
      () => ssh('/usr/local/sbin/ethtool -i eth0'),
      ({ code }) => code === 0,
    );
    expect(driver.out).to.match(/^driver: ixgbevf\n/);
  });

  it('assigns an address to its network interface', async () => {
    const about = ['--filters', `Name=attachment.instance-id,Values=${ids['instance']}`, '--query'];
    const nic = await text('describe-network-interfaces', ...about, 'NetworkInterfaces[].NetworkInterfaceId');
    await json(
      'assign-private-ip-addresses',
      '--network-interface-id',
      nic,
      '--private-ip-addresses',
      '10.80.1.100',
      '--allow-reassignment',
    );
    expect(
      await text(
        'describe-network-interfaces',
        ...about,
        'NetworkInterfaces[].PrivateIpAddresses[].[PrivateIpAddress,Primary]',
      ),
    ).to.equal('10.80.1.50\tTrue\n10.80.1.100\tFalse');
  });

  it('reports errors of a call as EC2 does', async () => {
    const wrong: readonly (readonly [readonly string[], string, string])[] = [
      [
        ['describe-vpcs', '--vpc-ids', 'vpc-00000000000000bad'],
        'InvalidVpcID.NotFound',
        "The vpc ID 'vpc-00000000000000bad' does not exist",
      ],
      [
        ['create-subnet', '--vpc-id', ids['vpc'] ?? '', '--cidr-block', '10.80.1.0/25'],
        'InvalidSubnet.Conflict',
        "The CIDR '10.80.1.0/25' conflicts with another subnet",
      ],
      [
        ['run-instances', '--image-id', 'ami-00000000000000bad'],
        'InvalidAMIID.NotFound',
        "The image id '[ami-00000000000000bad]' does not exist",
      ],
      [
        ['delete-subnet', '--subnet-id', ids['subnet'] ?? ''],
        'DependencyViolation',
        `The subnet '${ids['subnet']}' has dependencies and cannot be deleted.`,
      ],
      [
        ['delete-security-group', '--group-id', ids['group'] ?? ''],
        'DependencyViolation',
        `resource ${ids['group']} has a dependent object`,
      ],
      [
        ['describe-subnets', '--filters', 'Name=colour,Values=red'],
        'InvalidParameterValue',
        "The filter 'colour' is invalid",
      ],
      [
        ['terminate-instances', '--instance-ids', ids['instance'] ?? '', '--dry-run'],
        'DryRunOperation',
        'Request would have succeeded, but DryRun flag is set.',
      ],
    ];
    for (const [words, code, message] of wrong) {
      const operation = (words[0] ?? '').replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
      expect(await refused(...words)).to.deep.equal({
        code: 254,
        error: `An error occurred (${code}) when calling the ${operation} operation: ${message}`,
      });
    }
  });

  it('terminates it, and deletes everything else, until the account is as before', async () => {
    const { TerminatingInstances } = await json('terminate-instances', '--instance-ids', ids['instance'] ?? '');
    expect(TerminatingInstances[0].CurrentState.Name).to.equal('shutting-down');
    await inState('terminated');
    expect(await json('describe-volumes')).to.deep.equal({ Volumes: [] });
    expect(await json('describe-network-interfaces')).to.deep.equal({ NetworkInterfaces: [] });
    const gateway = ['--internet-gateway-id', ids['gateway'] ?? ''];
    await must(aws('delete-security-group', '--group-id', ids['group'] ?? ''));
    await must(aws('detach-internet-gateway', ...gateway, '--vpc-id', ids['vpc'] ?? ''));
    await must(aws('delete-internet-gateway', ...gateway));
    await must(aws('delete-subnet', '--subnet-id', ids['subnet'] ?? ''));
    await must(aws('delete-vpc', '--vpc-id', ids['vpc'] ?? ''));
    await must(aws('delete-key-pair', '--key-name', 'mine'));
    expect(await json('describe-vpcs')).to.deep.equal({ Vpcs: [] });
    expect([...called]).to.have.length.greaterThan(30);
    expect(JSON.parse((await must(lab.command('status', '--name', lab.name, '-o', 'json'))).out).hosts).to.deep.equal(
      [],
    );
  });

  function ssh(script: string): Promise<Ended> {
    const options = ['BatchMode=yes', 'ConnectTimeout=5', `UserKnownHostsFile=${join(folder, 'known_hosts')}`];
    return lab.run([
      'ssh',
      ...options.flatMap((one) => ['-o', one]),
      '-i',
      join(folder, 'key'),
      'root@10.80.1.50',
      script,
    ]);
  }
});
