import { expect } from 'chai';
import { accountOf, callEc2, type Ec2Call } from './support/account.ts';
import { awsExample, laptopOf } from './support/aws-example.ts';
import { bootLab, type Lab, must, until } from './support/lab.ts';

/** The fields of API responses that are used here. */
interface Answer {
  readonly GroupId?: string;
  readonly Vpc?: { readonly VpcId: string };
  readonly Subnet?: { readonly SubnetId: string };
  readonly Instances?: readonly Instance[];
  readonly Reservations?: readonly { readonly Instances: readonly Instance[] }[];
}
interface Instance {
  readonly InstanceId: string;
  readonly State: { readonly Name: string };
  readonly Tags: readonly { readonly Value: string }[];
}

/** Prints those of its arguments that it reaches: ADDRESS:PORT by TCP, and ADDRESS by an echo request. */
const REACHED = `for one in "$@"; do
  case $one in
    *:*) timeout 2 bash -c "</dev/tcp/\${one%:*}/\${one#*:}" 2>/dev/null && echo "$one" ;;
    *) ping -c 1 -W 1 "$one" >/dev/null 2>&1 && echo "$one" ;;
  esac
done; true`;

describe('an empty lab', function () {
  this.timeout(180_000);
  let lab: Lab;
  const ids: Record<string, string | undefined> = {};

  before(async () => {
    lab = await bootLab('test-nothing', 'lxc', '--empty');
  });
  after(() => lab?.down());

  const calls = (...all: readonly Ec2Call[]) => callEc2<Answer>(lab, ...all);
  const call = async (...one: Ec2Call) => (await calls(one))[0] ?? {};
  const command = (word: string, ...words: string[]) => lab.command(word, '--name', lab.name, ...words);
  const status = () => lab.status();
  const shown = async (name: string) => (await status()).hosts.find((one) => one.name === name);
  const reaches = async (host: string, ...places: string[]) =>
    (await must(command('exec', host, '--', 'bash', '-c', REACHED, 'bash', ...places))).out.split('\n').filter(Boolean);
  const operatorReaches = async (...places: string[]) =>
    (await must(lab.run(['bash', '-c', REACHED, 'bash', ...places]))).out.split('\n').filter(Boolean);
  const launch = (Name: string, subnet: string, address: string, group: string): Ec2Call => [
    'RunInstances',
    {
      ...{ ImageId: 'ami-0000000000000d012', InstanceType: 'c4.large', MinCount: 1, MaxCount: 1, KeyName: 'lab' },
      ...{ SubnetId: ids[subnet], PrivateIpAddress: address, SecurityGroupIds: [ids[group]], ClientToken: Name },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: Name }] }],
    },
  ];
  const instance = (name: string) => ({ InstanceIds: [ids[name]] });
  const allow = (group: string, IpPermissions: readonly object[]): Ec2Call => [
    'AuthorizeSecurityGroupIngress',
    { GroupId: ids[group], IpPermissions },
  ];
  const answering = (...hosts: string[]) =>
    until(
      `${hosts.join(', ')} to answer`,
      async () => (await status()).hosts,
      (all) => hosts.every((name) => all.some((one) => one.name === name && one.ssh !== undefined)),
    );

  it('has a key pair and no host, and reports that a fault has no host', async () => {
    expect((await status()).hosts).to.deep.equal([]);
    const off = await command('fault', 'power-off', 'redis-1');
    expect(off.code).to.equal(2);
    expect(off.err).to.include('There is no host "redis-1"; this lab has none.');
    const { err } = await command('up');
    expect(err).to.include('is up already, and began otherwise');
  });

  it('check tells of quotas that an apply of examples/aws would exceed, before anything is made, and of none once they are raised', async () => {
    const documents = awsExample(lab);
    const checked = async () => {
      const { code, out } = await laptopOf(() => lab).reconcile('check', '-f', documents);
      return { code, out, quotas: out.match(/! quota L-|- quotas:/g) ?? [] };
    };
    await must(command('fault', 'ec2-quota', 'L-1216C47A', '4'));
    await must(command('fault', 'ec2-quota', 'L-0263D0A3', '0'));
    const { code, out, quotas } = await checked();
    expect(code, out).to.equal(1);
    expect(out).to.match(/quota L-1216C47A: 4 -> at least 10\n.* is 4, 0 are in use, and apply needs 10 more/);
    expect(out).to.match(
      /quota L-0263D0A3: 0 -> at least 1\n.*--quota-code L-0263D0A3 --desired-value 1 --region lab-1/,
    );
    expect(quotas, out).to.have.length(2);
    expect(Object.values(await accountOf(lab)).flat()).to.deep.equal([]);

    await must(command('fault', 'ec2-refuses', 'GetServiceQuota', 'AccessDeniedException'));
    const denied = await checked();
    expect(denied.code, denied.out).to.equal(0);
    expect(denied.out).to.match(/was not checked.*its statement ReadQuotas/);

    await must(command('heal'));
    const raised = await checked();
    expect(raised.code, raised.out).to.equal(0);
    expect(raised.quotas).to.deep.equal([]);
    const before = (await status()).ec2Calls['GetServiceQuota'];
    await laptopOf(() => lab).reconcile('plan', '-f', documents);
    expect((await status()).ec2Calls['GetServiceQuota']).to.equal(before);
  });

  it('gets two VPCs, three subnets, and hosts that have only the network in common', async () => {
    const [one, other] = await calls(
      ['CreateVpc', { CidrBlock: '10.80.0.0/16' }],
      ['CreateVpc', { CidrBlock: '192.168.0.0/20' }],
    );
    ids['vpc'] = one?.Vpc?.VpcId;
    ids['elsewhere'] = other?.Vpc?.VpcId;
    const made = await calls(
      ['CreateSubnet', { VpcId: ids['vpc'], CidrBlock: '10.80.1.0/24', AvailabilityZone: 'lab-1a' }],
      ['CreateSubnet', { VpcId: ids['vpc'], CidrBlock: '10.80.2.128/25', AvailabilityZone: 'lab-1b' }],
      ['CreateSubnet', { VpcId: ids['elsewhere'], CidrBlock: '192.168.1.0/28' }],
      ['CreateSecurityGroup', { VpcId: ids['vpc'], GroupName: 'fleet', Description: 'hosts' }],
      ['CreateSecurityGroup', { VpcId: ids['elsewhere'], GroupName: 'fleet', Description: 'hosts' }],
    );
    [ids['a'], ids['b'], ids['c']] = made.slice(0, 3).map((answer) => answer.Subnet?.SubnetId);
    [ids['group'], ids['foreign']] = made.slice(3).map((answer) => answer.GroupId);
    const hosts = await calls(
      launch('first', 'a', '10.80.1.11', 'group'),
      launch('second', 'a', '10.80.1.12', 'group'),
      launch('third', 'b', '10.80.2.140', 'group'),
      launch('stranger', 'c', '192.168.1.4', 'foreign'),
    );
    for (const { Instances = [] } of hosts)
      for (const { InstanceId, Tags } of Instances) ids[Tags[0]?.Value ?? ''] = InstanceId;
    await answering('first', 'second', 'third', 'stranger');
    const repeated = await call(...launch('first', 'a', '10.80.1.11', 'group'));
    expect(repeated.Instances?.[0]?.InstanceId).to.equal(ids['first']);
    expect((await status()).hosts).to.have.length(4);
  });

  it('a group without rules admits nothing: from the same subnet, another subnet, or the operator', async () => {
    const places = ['10.80.1.12:22', '10.80.1.12', '10.80.2.140:22', '10.80.2.140'];
    expect(await reaches('first', ...places)).to.deep.equal([]);
    expect(await operatorReaches('10.80.1.11:22')).to.deep.equal([]);
  });

  it('a rule admits its sources with its protocol, and replies pass whatever the rules of the other side', async () => {
    await call(
      ...allow('group', [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.80.0.10/32' }] }]),
    );
    expect(await operatorReaches('10.80.1.11:22', '10.80.2.140:22')).to.deep.equal(['10.80.1.11:22', '10.80.2.140:22']);
    expect(await reaches('first', '10.80.1.12:22')).to.deep.equal([]);
    const own = [{ GroupId: ids['group'] }];
    await call(...allow('group', [{ IpProtocol: 'icmp', FromPort: -1, ToPort: -1, UserIdGroupPairs: own }]));
    const places = ['10.80.1.12', '10.80.1.12:22', '10.80.2.140', '10.80.2.140:22'];
    expect(await reaches('first', ...places)).to.deep.equal(['10.80.1.12', '10.80.2.140']);
  });

  it('GRE and VRRP pass if a rule allows their protocol number', async () => {
    const count = (protocol: number) => `
      nft delete table ip counted 2>/dev/null; nft add table ip counted
      nft 'add chain ip counted in { type filter hook input priority 0; }'
      nft add rule ip counted in ip protocol ${protocol} counter`;
    for (const protocol of [47, 112]) {
      const received = async () => {
        await must(lab.host('second', count(protocol)));
        await must(lab.host('first', raw(protocol)));
        return (await must(lab.host('second', "nft list table ip counted | grep -o 'packets [0-9]*'"))).out.trim();
      };
      expect(await received()).to.equal('packets 0');
      await call(...allow('group', [{ IpProtocol: String(protocol), UserIdGroupPairs: [{ GroupId: ids['group'] }] }]));
      expect(await received()).to.equal('packets 3');
    }
  });

  it('two VPCs do not reach each other, whatever the rules of their groups', async () => {
    const all = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
    await calls(allow('group', all), allow('foreign', all));
    expect(await reaches('first', '10.80.1.12:22', '192.168.1.4:22')).to.deep.equal(['10.80.1.12:22']);
    expect(await operatorReaches('192.168.1.4:22')).to.deep.equal(['192.168.1.4:22']);
  });

  it('faults work with hosts that were created at run time, and heal ends them', async () => {
    await must(command('fault', 'cut', 'first', 'third'));
    expect(await reaches('first', '10.80.1.12:22', '10.80.2.140:22')).to.deep.equal(['10.80.1.12:22']);
    await must(command('fault', 'power-off', 'second'));
    expect((await shown('second'))?.state).to.equal('stopped');
    expect((await must(command('heal'))).out.trimEnd().split('\n')).to.deep.equal([
      'healed: cut first third',
      'healed: power-off second',
    ]);
    expect(await reaches('first', '10.80.1.12:22', '10.80.2.140:22')).to.deep.equal([
      '10.80.1.12:22',
      '10.80.2.140:22',
    ]);
  });

  it('a host without an instance profile has no credentials', async () => {
    const credentials =
      'curl -s -H "X-aws-ec2-metadata-token: $(curl -sX PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token)" http://169.254.169.254/latest/meta-data/iam/security-credentials/';
    expect((await must(lab.host('first', credentials))).out).to.equal('Not Found');
  });

  it('a terminated host is gone with its disk, and its address can be used again at once', async () => {
    await must(lab.host('first', 'touch /root/left'));
    await call('TerminateInstances', instance('first'));
    await until(
      'first to be terminated',
      async () => (await call('DescribeInstances', instance('first'))).Reservations?.[0]?.Instances[0]?.State.Name,
      (state) => state === 'terminated',
    );
    expect(await shown('first')).to.equal(undefined);
    const again = await call(...launch('first', 'a', '10.80.1.11', 'group'));
    expect(again.Instances?.[0]?.InstanceId).to.equal(ids['first']);
    const [action, parameters] = launch('first', 'a', '10.80.1.11', 'group');
    const next = await call(action, { ...parameters, ClientToken: 'the next one' });
    expect(next.Instances?.[0]?.InstanceId).not.to.equal(ids['first']);
    await answering('first');
    expect((await must(lab.host('first', 'test -e /root/left && echo left; true'))).out).to.equal('');
  });

  it('with an eventually consistent API some calls do not find what is new, and later all do', async () => {
    await must(command('fault', 'api-eventual', '--seconds', '15'));
    const { Vpc } = await call('CreateVpc', { CidrBlock: '10.99.0.0/16' });
    const describeVpc: Ec2Call = ['DescribeVpcs', { VpcIds: [Vpc?.VpcId] }];
    const outcomes = (await calls(...Array.from({ length: 6 }, () => describeVpc))).map(
      (one) => one.refused ?? 'shown',
    );
    expect(new Set(outcomes)).to.deep.equal(
      new Set(['shown', `InvalidVpcID.NotFound: The vpc ID '${Vpc?.VpcId}' does not exist`]),
    );
    await until(
      'every call to show it',
      async () => calls(describeVpc, describeVpc, describeVpc),
      (all) => all.every((one) => one.refused === undefined),
    );
    await must(command('heal'));
  });

  it('with token buckets status shows how many calls were refused, by action', async () => {
    await must(command('fault', 'api-buckets'));
    await calls(...Array.from({ length: 70 }, (): Ec2Call => ['DeleteVpc', { VpcId: 'vpc-00000000000000bad' }]));
    expect((await status()).ec2Refused)
      .to.have.property('DeleteVpc')
      .above(0);
    await must(command('heal'));
  });
});

/** Sends three packets of an IP protocol to the second host. In Perl, since the hosts have no Python. */
function raw(protocol: number): string {
  return `perl -MSocket -e 'socket(my $s, AF_INET, SOCK_RAW, ${protocol}) or die; send($s, "x" x 32, 0, pack_sockaddr_in(0, inet_aton("10.80.1.12"))) or die for 1 .. 3'`;
}
