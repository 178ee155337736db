import { expect } from 'chai';
import { Ec2Error } from '../../../lab/ec2/errors.ts';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { launch } from '../../../lab/ec2/launch.ts';
import { publicOf, withoutPublicAddress, withPublicAddress } from '../../../lab/ec2/public-addresses.ts';
import { parseForm } from '../../../lab/ec2/query.ts';
import type { Ec2State, Instance } from '../../../lab/ec2/state.ts';
import { modifySubnetAttribute } from '../../../lab/ec2/subnets.ts';
import { SECURITY_GROUP, SUBNETS } from '../../../lab/topology.ts';

const start = initialState(new Date(0));
const subnet = SUBNETS[0]?.id ?? '';
const run = (nic: string, state = start) =>
  launch(
    state,
    parseForm(`ImageId=ami-0000000000000d012&InstanceType=m5.large&MinCount=1&MaxCount=1&${nic}`),
    new Date(0),
  );
const created = `NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.SubnetId=${subnet}`;
const nicOf = (state: Ec2State, { host }: Instance) => {
  const found = state.interfaces.find((one) => one.host === host);
  return found ?? expect.fail('the instance has no interface');
};
const addressOf = (state: Ec2State, instance: Instance) => publicOf(state, nicOf(state, instance))?.address;

describe('lab: public addresses', () => {
  it('are given to a new interface when asked, with the rest that the launch says of it', () => {
    const { state, instance } = run(
      `${created}&NetworkInterface.1.AssociatePublicIpAddress=true&NetworkInterface.1.PrivateIpAddress=10.80.1.40` +
        `&NetworkInterface.1.SecurityGroupId.1=${SECURITY_GROUP.id}&NetworkInterface.1.DeleteOnTermination=false&NetworkInterface.1.Description=of redis-9`,
    );
    expect(addressOf(state, instance)).to.match(/^198\.51\.100\.\d+$/);
    expect(nicOf(state, instance)).to.deep.include({
      addresses: ['10.80.1.40'],
      groups: [SECURITY_GROUP.id],
      deleteOnTermination: false,
      description: 'of redis-9',
    });
  });

  it('are given as the subnet says otherwise', () => {
    const { state } = modifySubnetAttribute(start, parseForm(`SubnetId=${subnet}&MapPublicIpOnLaunch.Value=true`));
    const given = (nic: string, from: Ec2State) => {
      const launched = run(nic, from);
      return addressOf(launched.state, launched.instance);
    };
    expect(given(created, start)).to.equal(undefined);
    expect(given(created, state)).to.match(/^198\./);
    expect(given(`SubnetId=${subnet}`, state)).to.match(/^198\./);
    expect(given(`${created}&NetworkInterface.1.AssociatePublicIpAddress=false`, state)).to.equal(undefined);
  });

  it('are refused for an existing interface', () => {
    const nic = 'NetworkInterface.1.NetworkInterfaceId=eni-0a500115000000000';
    expect(() => run(`${nic}&NetworkInterface.1.AssociatePublicIpAddress=true`))
      .to.throw(Ec2Error, 'cannot be specified for a network interface with an ID')
      .with.property('code', 'InvalidParameterCombination');
  });

  it('are lost at a stop, and another one is given at the next start', () => {
    const { state, instance } = run(`${created}&NetworkInterface.1.AssociatePublicIpAddress=true`);
    const stopped = withoutPublicAddress(state, instance.host);
    expect(addressOf(stopped, instance)).to.equal(undefined);
    expect(addressOf(withPublicAddress(stopped, instance.host), instance)).to.match(/^198\./);
    expect(withPublicAddress(state, instance.host)).to.equal(state);
  });
});
