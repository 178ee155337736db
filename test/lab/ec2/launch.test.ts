import { expect } from 'chai';
import { modifyInstanceAttribute } from '../../../lab/ec2/attributes.ts';
import { getConsoleOutput } from '../../../lab/ec2/console.ts';
import { Ec2Error } from '../../../lab/ec2/errors.ts';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { describeInstanceStatus } from '../../../lab/ec2/instance-status.ts';
import { keyPair } from '../../../lab/ec2/key-pairs.ts';
import { launch } from '../../../lab/ec2/launch.ts';
import { createPlacementGroup, deletePlacementGroup } from '../../../lab/ec2/placement-groups.ts';
import { startInstances, terminateInstances } from '../../../lab/ec2/power.ts';
import { parseForm } from '../../../lab/ec2/query.ts';
import { forgotten, released } from '../../../lab/ec2/release.ts';
import { type Ec2State, withInstance } from '../../../lab/ec2/state.ts';
import { createVpc } from '../../../lab/ec2/vpcs.ts';
import { nicDriver } from '../../../lab/hosts/nic-driver.ts';
import { SUBNETS } from '../../../lab/topology.ts';
import { instanceCalled } from '../support/hosts.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcNOXvhWHlzbTxvCgTQgxJkzDpjOlQkmj4PW1UqBUEj lab';
const start: Ec2State = { ...initialState(new Date(0)), keyPairs: [keyPair('lab', key, new Date(0))] };
const asked = {
  ImageId: 'ami-0000000000000d012',
  InstanceType: 'c4.large',
  MinCount: '1',
  MaxCount: '1',
  SubnetId: SUBNETS[0]?.id ?? '',
  KeyName: 'lab',
};
const run = (more: Record<string, string | undefined> = {}, state = start) =>
  launch(state, form({ ...asked, ...more }), new Date(0));

describe('lab: RunInstances', () => {
  it('creates a tagged instance with its interface and its root volume', () => {
    const tags = { 'TagSpecification.1.ResourceType': 'instance', 'TagSpecification.1.Tag.1.Key': 'Name' };
    const { state, instance } = run({
      ...tags,
      'TagSpecification.1.Tag.1.Value': 'redis-9',
      PrivateIpAddress: '10.80.1.40',
    });
    expect(instance).to.include({ state: 'pending', type: 'c4.large', keyName: 'lab', profile: undefined });
    expect(instance.host).to.include({ name: 'redis-9', address: '10.80.1.40', port: 'p0a500128' });
    const nic = state.interfaces.find((one) => one.host === instance.host);
    expect(nic?.addresses).to.deep.equal(['10.80.1.40']);
    expect(state.volumes.find((one) => one.host === instance.host)).to.include({ size: 8, device: '/dev/xvda' });
    expect(state.tags.get(instance.host.instanceId)).to.deep.equal([{ key: 'Name', value: 'redis-9' }]);
  });

  it('gives a root volume the settings of the call', () => {
    const ebs = { VolumeSize: '9', Encrypted: 'true', KmsKeyId: 'alias/k', Iops: '4000', Throughput: '250' };
    const asked = Object.entries(ebs).map(([name, value]) => [`BlockDeviceMapping.1.Ebs.${name}`, value]);
    const { state, instance } = run({ 'BlockDeviceMapping.1.DeviceName': '/dev/xvda', ...Object.fromEntries(asked) });
    expect(state.volumes.find((one) => one.host === instance.host)).to.include({
      ...{ size: 9, type: 'gp3', encrypted: true, kmsKey: 'alias/k', iops: 4000, throughput: 250 },
    });
  });

  it('puts an instance into a spread placement group, which takes seven per zone and goes once it is empty', () => {
    const grouped = createPlacementGroup(start, form({ GroupName: 'g', Strategy: 'spread' })).state;
    const into = (state: Ec2State) => run({ 'Placement.GroupName': 'g' }, state).state;
    const seven = Array.from({ length: 7 }).reduce<Ec2State>(into, grouped);
    expect(seven.instances.filter(({ placementGroup }) => placementGroup === 'g')).to.have.lengthOf(7);
    expect(() => into(seven))
      .to.throw(Ec2Error)
      .with.property('code', 'InsufficientInstanceCapacity');
    expect(() => into(start))
      .to.throw(Ec2Error)
      .with.property('code', 'InvalidPlacementGroup.Unknown');
    const remove = (state: Ec2State) => deletePlacementGroup(state, form({ GroupName: 'g' })).state;
    expect(() => remove(seven))
      .to.throw(Ec2Error)
      .with.property('code', 'InvalidPlacementGroup.InUse');
    expect(remove(grouped).placementGroups).to.deep.equal([]);
    expect(() => createPlacementGroup(grouped, form({ GroupName: 'g', Strategy: 'spread' })))
      .to.throw(Ec2Error)
      .with.property('code', 'InvalidPlacementGroup.Duplicate');
  });

  it('creates the interface that is described in the call, and not beside parameters of the call itself', () => {
    const card = (fields: Record<string, string>) =>
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [`NetworkInterface.1.${name}`, value]));
    const wanted = { SubnetId: asked.SubnetId, PrivateIpAddress: '10.80.1.41', Description: 'a b' };
    const described = { ...card({ DeviceIndex: '0', DeleteOnTermination: 'false', ...wanted }), SubnetId: undefined };
    const { state, instance } = run(described);
    const nic = state.interfaces.find((one) => one.host === instance.host);
    expect(nic).to.deep.include({ addresses: ['10.80.1.41'], description: 'a b', deleteOnTermination: false });
    expect(() => run(described, state)).to.throw(Ec2Error, 'Address 10.80.1.41 is in use.');
    expect(() => run({ ...described, SubnetId: asked.SubnetId }))
      .to.throw(Ec2Error)
      .with.property('code', 'InvalidParameterCombination');
  });

  it('names a host after its address if its tag is not a valid or free host name', () => {
    const called = (name: string) => {
      const tags = { 'TagSpecification.1.ResourceType': 'instance', 'TagSpecification.1.Tag.1.Key': 'Name' };
      return run({ ...tags, 'TagSpecification.1.Tag.1.Value': name }).instance.host.name;
    };
    expect(called('redis-1')).to.equal('ip-10-80-1-4');
    expect(called('My Server')).to.equal('ip-10-80-1-4');
  });

  it('returns the same instance for a repeated client token, and refuses the token for another request', () => {
    const once = run({ ClientToken: 'one' });
    const again = run({ ClientToken: 'one' }, once.state);
    expect(again).to.include({ repeated: true, state: once.state });
    expect(again.instance.host).to.equal(once.instance.host);
    expect(() => run({ ClientToken: 'one', InstanceType: 'm4.large' }, once.state))
      .to.throw(Ec2Error, 'Arguments on this idempotent request are inconsistent')
      .with.property('code', 'IdempotentParameterMismatch');
    const other = run({ ClientToken: 'two' }, once.state);
    expect(other.instance.host.address).not.to.equal(once.instance.host.address);
  });

  it('answers a used client token with the ended instance, also after it is no longer shown', () => {
    const { state, instance } = run({ ClientToken: 'one' });
    const ended = released(state, instance.host);
    expect(run({ ClientToken: 'one' }, ended)).to.deep.include({ repeated: true, state: ended });
    expect(run({ ClientToken: 'one' }, ended).instance).to.include({ state: 'terminated' });
    const later = forgotten(ended, instance.host);
    expect(run({ ClientToken: 'one' }, later)).to.deep.include({ repeated: true, state: later });
    expect(run({ ClientToken: 'one' }, later).instance).to.deep.include({ state: 'terminated', host: instance.host });
    expect(() => run({ ClientToken: 'one', InstanceType: 'm4.large' }, later))
      .to.throw(Ec2Error)
      .with.property('code', 'IdempotentParameterMismatch');
    expect(run({ ClientToken: 'two' }, later).repeated).to.equal(false);
  });

  const refusals: readonly { why: string; more: Record<string, string | undefined>; code: string; says: string }[] = [
    {
      why: 'a type of another architecture',
      more: { InstanceType: 'm6g.large' },
      code: 'InvalidParameterValue',
      says: "The architecture 'arm64' of the specified instance type does not match",
    },
    {
      why: 'an address in use',
      more: { PrivateIpAddress: '10.80.1.11' },
      code: 'InvalidIPAddress.InUse',
      says: 'Address 10.80.1.11 is in use.',
    },
    {
      why: 'an address of another subnet',
      more: { PrivateIpAddress: '10.80.2.40' },
      code: 'InvalidParameterValue',
      says: "does not fall within the subnet's address range",
    },
    {
      why: 'a reserved address',
      more: { PrivateIpAddress: '10.80.1.255' },
      code: 'InvalidParameterValue',
      says: 'reserved',
    },
    {
      why: 'an unknown image',
      more: { ImageId: 'ami-00000000000000bad' },
      code: 'InvalidAMIID.NotFound',
      says: "The image id '[ami-00000000000000bad]' does not exist",
    },
    {
      why: 'a malformed image id',
      more: { ImageId: 'debian' },
      code: 'InvalidAMIID.Malformed',
      says: 'expected format is ami-',
    },
    {
      why: 'an unknown instance type',
      more: { InstanceType: 'm9.huge' },
      code: 'InvalidParameterValue',
      says: "Invalid value 'm9.huge' for InstanceType.",
    },
    {
      why: 'an unknown key pair',
      more: { KeyName: 'mine' },
      code: 'InvalidKeyPair.NotFound',
      says: "The key pair 'mine' does not exist",
    },
    {
      why: 'an unknown subnet',
      more: { SubnetId: 'subnet-00000000000000bad' },
      code: 'InvalidSubnetID.NotFound',
      says: 'does not exist',
    },
    {
      why: 'a call without a subnet',
      more: { SubnetId: undefined },
      code: 'VPCIdNotSpecified',
      says: 'No default VPC',
    },
    {
      why: 'an unknown group',
      more: { 'SecurityGroupId.1': 'sg-00000000000000bad' },
      code: 'InvalidGroup.NotFound',
      says: "The security group 'sg-00000000000000bad' does not exist",
    },
    {
      why: 'an unknown instance profile',
      more: { 'IamInstanceProfile.Name': 'admin' },
      code: 'InvalidParameterValue',
      says: 'Invalid IAM Instance Profile name',
    },
    {
      why: 'a volume smaller than the image',
      more: { 'BlockDeviceMapping.1.DeviceName': '/dev/xvda', 'BlockDeviceMapping.1.Ebs.VolumeSize': '4' },
      code: 'InvalidBlockDeviceMapping',
      says: 'expect size >= 8GB',
    },
    {
      why: 'throughput of a volume type without it',
      more: {
        'BlockDeviceMapping.1.DeviceName': '/dev/xvda',
        'BlockDeviceMapping.1.Ebs.VolumeType': 'gp2',
        'BlockDeviceMapping.1.Ebs.Throughput': '250',
      },
      code: 'InvalidParameterCombination',
      says: 'not supported for gp2',
    },
    { why: 'more than one instance', more: { MaxCount: '2' }, code: 'Unsupported', says: 'one instance per call' },
    { why: 'an unsupported parameter', more: { UserData: 'IyEvYmluL3No' }, code: 'Unsupported', says: 'UserData' },
  ];
  for (const { why, more, code, says } of refusals)
    it(`refuses ${why}`, () => {
      expect(() => run(more))
        .to.throw(Ec2Error, says)
        .with.property('code', code);
    });

  it('refuses a group of another VPC', () => {
    const { state } = createVpc(start, form({ CidrBlock: '10.9.0.0/16' }));
    const foreign = state.groups.at(-1)?.id ?? '';
    expect(() => run({ 'SecurityGroupId.1': foreign }, state)).to.throw(Ec2Error, 'belong to different networks');
  });
});

describe('lab: instances', () => {
  const { state, instance } = run();
  const id = instance.host.instanceId;
  const stopped = withInstance(state, instance.host, { state: 'stopped' });
  const modify = (from: Ec2State, more: Record<string, string>) =>
    modifyInstanceAttribute(from, form({ InstanceId: id, ...more })).state;

  it('sriovNetSupport can be set on a stopped instance of a type that supports it, and not unset', () => {
    const simple = { 'SriovNetSupport.Value': 'simple' };
    expect(() => modify(state, simple)).to.throw(Ec2Error, `The instance '${id}' is not in the 'stopped' state.`);
    const on = modify(stopped, simple);
    const now = on.instances.find((one) => one.host === instance.host);
    expect(now && [nicDriver(instance), nicDriver(now)]).to.deep.equal(['vif', 'ixgbevf']);
    expect(() => modify(on, { 'SriovNetSupport.Value': 'none' })).to.throw(Ec2Error, 'is invalid');
    const ena = modify(stopped, { 'InstanceType.Value': 'm5.large' });
    expect(() => modify(ena, simple)).to.throw(Ec2Error, "not supported for the 'm5.large' instance type");
  });

  it('a protected instance is not terminated', () => {
    const kept = modify(state, { 'DisableApiTermination.Value': 'true' });
    expect(() => terminateInstances(kept, form({ 'InstanceId.1': id })))
      .to.throw(Ec2Error, 'may not be terminated')
      .with.property('code', 'OperationNotPermitted');
  });

  it('an instance without ENA is not started if its type requires it, nor is a terminated one', () => {
    const without = withInstance(modify(stopped, { 'InstanceType.Value': 'm5.large' }), instance.host, { ena: false });
    expect(() => startInstances(without, form({ 'InstanceId.1': id }))).to.throw(Ec2Error, '(ENA) is required');
    const gone = withInstance(state, instance.host, { state: 'terminated' });
    expect(() => startInstances(gone, form({ 'InstanceId.1': id }))).to.throw(Ec2Error, 'can be started');
  });

  it('the console shows the host key after the first boot, and is empty before', () => {
    const output = (from: Ec2State) => getConsoleOutput(from, form({ InstanceId: id }))['output'];
    expect(output(state)).to.equal('');
    const booted = withInstance(state, instance.host, { hostKey: `${key}\n`, booted: new Date(0) });
    const text = Buffer.from(String(output(booted)), 'base64').toString();
    const [type, body] = key.split(' ');
    expect(text).to.match(/-----BEGIN SSH HOST KEY KEYS-----\r\n(.*)\r\n-----END SSH HOST KEY KEYS-----/);
    expect(text).to.include(`${type} ${body} root@${instance.host.name}`);
    expect(text).to.match(/cloud-init: 256 SHA256:[A-Za-z0-9+/]{43} root@/);
  });

  it('status checks pass once the host answers after a start', () => {
    const running = withInstance(state, instance.host, { state: 'running', booted: new Date(0), passing: false });
    const shown = (from: Ec2State) => JSON.stringify(describeInstanceStatus(from, form({ 'InstanceId.1': id })));
    expect(shown(running)).to.contain('"status":"initializing"');
    expect(shown(withInstance(running, instance.host, { passing: true }))).to.contain('"status":"passed"');
  });

  it('the latest console output is available for Nitro types only', () => {
    const latest = (type: string) => () =>
      getConsoleOutput(withInstance(state, instance.host, { type }), form({ InstanceId: id, Latest: 'true' }));
    expect(latest('m5.large')()).to.have.property('output', '');
    expect(latest('c4.large')).to.throw(Ec2Error, 'latest console').with.property('code', 'UnsupportedOperation');
  });

  it('the hosts of lab up have the driver of their instance type', () => {
    expect(nicDriver(instanceCalled(start, 'redis-1'))).to.equal('ena');
  });
});

function form(given: Record<string, string | undefined>) {
  const pairs = Object.entries(given).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return parseForm(new URLSearchParams(pairs).toString());
}
