import { expect } from 'chai';
import { assignPrivateIpAddresses, unassignPrivateIpAddresses } from '../../../lab/ec2/addresses.ts';
import { Ec2Error } from '../../../lab/ec2/errors.ts';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { parseForm } from '../../../lab/ec2/query.ts';
import type { Ec2State } from '../../../lab/ec2/state.ts';
import { hostCalled } from '../support/hosts.ts';

const VIP = '10.80.1.100';
const start = initialState(new Date(0));

describe('lab: private addresses', () => {
  it('assigns a free address of the subnet and returns it', () => {
    const { state, answer } = assign(start, 'proxy-1', VIP);
    expect(owners(state, VIP)).to.deep.equal(['proxy-1']);
    expect(answer['assignedPrivateIpAddressesSet']).to.deep.equal([{ privateIpAddress: VIP }]);
  });

  it('moves a secondary address with AllowReassignment', () => {
    const first = assign(start, 'proxy-1', VIP).state;
    expect(owners(assign(first, 'proxy-2', VIP, true).state, VIP)).to.deep.equal(['proxy-2']);
  });

  it('changes nothing if the interface has the address already', () => {
    const first = assign(start, 'proxy-1', VIP).state;
    expect(assign(first, 'proxy-1', VIP, true).state).to.deep.equal(first);
  });

  const refusals: readonly { why: string; by: () => unknown; code: string; message: string }[] = [
    {
      why: 'an address in use, without AllowReassignment',
      by: () => assign(assign(start, 'proxy-1', VIP).state, 'proxy-2', VIP),
      code: 'InvalidParameterValue',
      message: `[${VIP}] assigned, but move is not allowed.`,
    },
    {
      why: 'a primary address, even with AllowReassignment',
      by: () => assign(start, 'proxy-2', '10.80.1.21', true),
      code: 'InvalidParameterValue',
      message: 'primary',
    },
    {
      why: 'an address of another subnet',
      by: () => assign(start, 'redis-2', VIP, true),
      code: 'InvalidParameterValue',
      message: "does not fall within the subnet's address range",
    },
    {
      why: 'a reserved address',
      by: () => assign(start, 'proxy-1', '10.80.1.2'),
      code: 'InvalidParameterValue',
      message: 'reserved',
    },
    {
      why: 'a malformed address',
      by: () => assign(start, 'proxy-1', '10.80.1.999'),
      code: 'InvalidParameterValue',
      message: 'Invalid IPv4 address',
    },
    {
      why: 'an interface that does not exist',
      by: () =>
        assignPrivateIpAddresses(
          start,
          parseForm(`NetworkInterfaceId=eni-00000000000000000&PrivateIpAddress.1=${VIP}`),
        ),
      code: 'InvalidNetworkInterfaceID.NotFound',
      message: "The networkInterface ID 'eni-00000000000000000' does not exist",
    },
    {
      why: 'more addresses than the instance type supports',
      by: () =>
        assignPrivateIpAddresses(start, parseForm(`${interfaceForm('proxy-1')}&SecondaryPrivateIpAddressCount=10`)),
      code: 'PrivateIpAddressLimitExceeded',
      message: 'limit (10)',
    },
    {
      why: 'a call that names neither address nor count',
      by: () => assignPrivateIpAddresses(start, parseForm(interfaceForm('proxy-1'))),
      code: 'MissingParameter',
      message: 'privateIpAddress',
    },
    {
      why: 'unassigning an address that is not assigned',
      by: () => unassign(start, 'proxy-1', VIP),
      code: 'InvalidParameterValue',
      message: `Some of the specified addresses are not assigned to interface ${hostCalled('proxy-1').interfaceId}`,
    },
    {
      why: 'unassigning the primary address',
      by: () => unassign(start, 'proxy-1', '10.80.1.21'),
      code: 'InvalidParameterValue',
      message: 'primary',
    },
  ];
  for (const { why, by, code, message } of refusals)
    it(`refuses ${why}`, () => {
      expect(by).to.throw(Ec2Error, message).with.property('code', code);
    });

  it('assigns all addresses of a call or none', () => {
    const form = `${interfaceForm('proxy-1')}&PrivateIpAddress.1=${VIP}&PrivateIpAddress.2=10.80.1.22`;
    expect(() => assignPrivateIpAddresses(start, parseForm(form))).to.throw('primary');
    expect(owners(start, VIP)).to.deep.equal([]);
  });

  it('picks free addresses for a given count', () => {
    const { state } = assignPrivateIpAddresses(
      start,
      parseForm(`${interfaceForm('proxy-1')}&SecondaryPrivateIpAddressCount=2`),
    );
    expect(state.interfaces.find((one) => one.host.name === 'proxy-1')?.addresses).to.have.length(3);
  });

  it('unassigns a secondary address', () => {
    expect(owners(unassign(assign(start, 'proxy-1', VIP).state, 'proxy-1', VIP).state, VIP)).to.deep.equal([]);
  });
});

function assign(state: Ec2State, host: string, address: string, move = false) {
  return assignPrivateIpAddresses(
    state,
    parseForm(`${interfaceForm(host)}&PrivateIpAddress.1=${address}&AllowReassignment=${move}`),
  );
}

function unassign(state: Ec2State, host: string, address: string) {
  return unassignPrivateIpAddresses(state, parseForm(`${interfaceForm(host)}&PrivateIpAddress.1=${address}`));
}

function interfaceForm(host: string): string {
  return `NetworkInterfaceId=${hostCalled(host).interfaceId}`;
}

function owners(state: Ec2State, address: string): string[] {
  return state.interfaces.filter((one) => one.addresses.includes(address)).map((one) => one.host.name);
}
