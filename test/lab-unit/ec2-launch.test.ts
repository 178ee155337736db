import { expect } from 'chai';
import { modifyInstanceAttribute } from '../../lab/ec2/attributes.ts';
import { getConsoleOutput } from '../../lab/ec2/console.ts';
import { Ec2Error } from '../../lab/ec2/errors.ts';
import { initialState } from '../../lab/ec2/initial-state.ts';
import { describeInstanceStatus } from '../../lab/ec2/instance-status.ts';
import { keyPair } from '../../lab/ec2/key-pairs.ts';
import { launch } from '../../lab/ec2/launch.ts';
import { startInstances, terminateInstances } from '../../lab/ec2/power.ts';
import { parseForm } from '../../lab/ec2/query.ts';
import { type Ec2State, withInstance } from '../../lab/ec2/state.ts';
import { createVpc } from '../../lab/ec2/vpcs.ts';
import { nicDriver } from '../../lab/hosts/nic-driver.ts';
import { SUBNETS } from '../../lab/topology.ts';
import { instanceCalled } from './support/hosts.ts';

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
  it('puts an instance, its interface and its root volume into the books, tagged as asked', () => {
    const tags = { 'TagSpecification.1.ResourceType': 'instance', 'TagSpecification.1.Tag.1.Key': 'Name' };
    const { state, instance } = run({
      ...tags,
      'TagSpecification.1.Tag.1.Value': 'redis-9',
      PrivateIpAddress: '10.80.1.40',
    });
    expect(instance).to.include({ state: 'pending', type: 'c4.large', keyName: 'lab', profile: undefined });
    expect(instance.host).to.include({ name: 'redis-9', address: '10.80.1.40', port: 'p0a500128' });
    const card = state.interfaces.find((one) => one.host === instance.host);
    expect(card?.addresses).to.deep.equal(['10.80.1.40']);
    expect(state.volumes.find((one) => one.host === instance.host)).to.include({ size: 8, device: '/dev/xvda' });
    expect(state.tags.get(instance.host.instanceId)).to.deep.equal([{ key: 'Name', value: 'redis-9' }]);
  });

  it('names a host by its address when its tag is no host name, or another host has it', () => {
    const called = (name: string) => {
      const tags = { 'TagSpecification.1.ResourceType': 'instance', 'TagSpecification.1.Tag.1.Key': 'Name' };
      return run({ ...tags, 'TagSpecification.1.Tag.1.Value': name }).instance.host.name;
    };
    expect(called('redis-1')).to.equal('ip-10-80-1-4');
    expect(called('My Server')).to.equal('ip-10-80-1-4');
  });

  it('with the same token: the same instance; with the same token and something else: refused', () => {
    const once = run({ ClientToken: 'one' });
    const again = run({ ClientToken: 'one' }, once.state);
    expect(again).to.include({ again: true, state: once.state });
    expect(again.instance.host).to.equal(once.instance.host);
    expect(() => run({ ClientToken: 'one', InstanceType: 'm4.large' }, once.state))
      .to.throw(Ec2Error, 'Arguments on this idempotent request are inconsistent')
      .with.property('code', 'IdempotentParameterMismatch');
    const other = run({ ClientToken: 'two' }, once.state);
    expect(other.instance.host.address).not.to.equal(once.instance.host.address);
  });

  const refusals: readonly { why: string; more: Record<string, string | undefined>; code: string; says: string }[] = [
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
      why: 'an address EC2 keeps',
      more: { PrivateIpAddress: '10.80.1.255' },
      code: 'InvalidParameterValue',
      says: 'reserved',
    },
    {
      why: 'an image that is not there',
      more: { ImageId: 'ami-00000000000000bad' },
      code: 'InvalidAMIID.NotFound',
      says: "The image id '[ami-00000000000000bad]' does not exist",
    },
    {
      why: 'what is no image id',
      more: { ImageId: 'debian' },
      code: 'InvalidAMIID.Malformed',
      says: 'expected format is ami-',
    },
    {
      why: 'a type that is not there',
      more: { InstanceType: 'm9.huge' },
      code: 'InvalidParameterValue',
      says: "Invalid value 'm9.huge' for InstanceType.",
    },
    {
      why: 'a key pair that is not there',
      more: { KeyName: 'mine' },
      code: 'InvalidKeyPair.NotFound',
      says: "The key pair 'mine' does not exist",
    },
    {
      why: 'a subnet that is not there',
      more: { SubnetId: 'subnet-00000000000000bad' },
      code: 'InvalidSubnetID.NotFound',
      says: 'does not exist',
    },
    { why: 'no subnet', more: { SubnetId: undefined }, code: 'VPCIdNotSpecified', says: 'No default VPC' },
    {
      why: 'a group that is not there',
      more: { 'SecurityGroupId.1': 'sg-00000000000000bad' },
      code: 'InvalidGroup.NotFound',
      says: "The security group 'sg-00000000000000bad' does not exist",
    },
    {
      why: 'a profile that is not there',
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
    { why: 'more than one', more: { MaxCount: '2' }, code: 'Unsupported', says: 'one instance a call' },
    { why: 'what it would forget', more: { UserData: 'IyEvYmluL3No' }, code: 'Unsupported', says: 'UserData' },
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

describe('lab: what a running instance refuses', () => {
  const { state, instance } = run();
  const id = instance.host.instanceId;
  const stopped = withInstance(state, instance.host, { state: 'stopped' });
  const modify = (from: Ec2State, more: Record<string, string>) =>
    modifyInstanceAttribute(from, form({ InstanceId: id, ...more })).state;

  it('sriovNetSupport is set while it is stopped, for a type that has it, and never taken back', () => {
    const simple = { 'SriovNetSupport.Value': 'simple' };
    expect(() => modify(state, simple)).to.throw(Ec2Error, `The instance '${id}' is not in the 'stopped' state.`);
    const on = modify(stopped, simple);
    const now = on.instances.find((one) => one.host === instance.host);
    expect(now && [nicDriver(instance), nicDriver(now)]).to.deep.equal(['vif', 'ixgbevf']);
    expect(() => modify(on, { 'SriovNetSupport.Value': 'none' })).to.throw(Ec2Error, 'is invalid');
    const ena = modify(stopped, { 'InstanceType.Value': 'm5.large' });
    expect(() => modify(ena, simple)).to.throw(Ec2Error, "not supported for the 'm5.large' instance type");
  });

  it('one that is protected is not terminated', () => {
    const kept = modify(state, { 'DisableApiTermination.Value': 'true' });
    expect(() => terminateInstances(kept, form({ 'InstanceId.1': id })))
      .to.throw(Ec2Error, 'may not be terminated')
      .with.property('code', 'OperationNotPermitted');
  });

  it('one that needs what its type has not is not started', () => {
    const without = withInstance(modify(stopped, { 'InstanceType.Value': 'm5.large' }), instance.host, { ena: false });
    expect(() => startInstances(without, form({ 'InstanceId.1': id }))).to.throw(Ec2Error, '(ENA) is required');
    const gone = withInstance(state, instance.host, { state: 'terminated' });
    expect(() => startInstances(gone, form({ 'InstanceId.1': id }))).to.throw(Ec2Error, 'can be started');
  });

  it('its console shows the key of the host once it has booted, and nothing before', () => {
    const output = (from: Ec2State) => getConsoleOutput(from, form({ InstanceId: id }))['output'];
    expect(output(state)).to.equal('');
    const booted = withInstance(state, instance.host, { hostKey: `${key}\n`, booted: new Date(0) });
    const text = Buffer.from(String(output(booted)), 'base64').toString();
    const [type, body] = key.split(' ');
    expect(text).to.match(/-----BEGIN SSH HOST KEY KEYS-----\r\n(.*)\r\n-----END SSH HOST KEY KEYS-----/);
    expect(text).to.include(`${type} ${body} root@${instance.host.name}`);
    expect(text).to.match(/cloud-init: 256 SHA256:[A-Za-z0-9+/]{43} root@/);
  });

  it('its status checks pass once it answers, after each start', () => {
    const running = withInstance(state, instance.host, { state: 'running', booted: new Date(0), passing: false });
    const shown = (from: Ec2State) => JSON.stringify(describeInstanceStatus(from, form({ 'InstanceId.1': id })));
    expect(shown(running)).to.contain('"status":"initializing"');
    expect(shown(withInstance(running, instance.host, { passing: true }))).to.contain('"status":"passed"');
  });

  it('its latest console is told of Nitro types alone', () => {
    const latest = (type: string) => () =>
      getConsoleOutput(withInstance(state, instance.host, { type }), form({ InstanceId: id, Latest: 'true' }));
    expect(latest('m5.large')()).to.have.property('output', '');
    expect(latest('c4.large')).to.throw(Ec2Error, 'latest console').with.property('code', 'UnsupportedOperation');
  });

  it('the hosts of lab up have the driver of their type', () => {
    expect(nicDriver(instanceCalled(start, 'redis-1'))).to.equal('ena');
  });
});

function form(given: Record<string, string | undefined>) {
  const said = Object.entries(given).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return parseForm(new URLSearchParams(said).toString());
}
