import { expect } from 'chai';
import { assignPrivateIpAddresses } from '../../../lab/ec2/addresses.ts';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { parseForm } from '../../../lab/ec2/query.ts';
import { Credentials } from '../../../lab/imds/credentials.ts';
import { lookUp, metadata } from '../../../lab/imds/tree.ts';
import { HOST_ROLE } from '../../../lab/topology.ts';
import { hostCalled, instanceCalled } from '../support/hosts.ts';

const host = hostCalled('proxy-1');
const state = initialState(new Date(0));
const credentials = new Credentials();
const instance = instanceCalled(state, 'proxy-1');
const issued = (now: Date) => credentials.forHost(host, HOST_ROLE, now);
const tree = metadata(instance, state, issued(new Date(0)));
const nicPath = `/latest/meta-data/network/interfaces/macs/${host.mac}`;

describe('lab: the instance metadata service', () => {
  it('lists a folder, with a slash after each subfolder', () => {
    expect(lookUp(tree, '/latest/meta-data/network/interfaces/macs/')).to.equal(`${host.mac}/`);
    expect(lookUp(tree, '/latest/meta-data/placement')).to.equal('availability-zone\nregion');
    expect(lookUp(tree, '/latest/')).to.equal('dynamic/\nmeta-data/');
  });

  it('returns a value, and undefined for an unknown path', () => {
    expect(lookUp(tree, `${nicPath}/interface-id`)).to.equal(host.interfaceId);
    expect(lookUp(tree, '/latest/meta-data/colour')).to.equal(undefined);
    expect(lookUp(tree, '/latest/meta-dat')).to.equal(undefined);
  });

  it('lists the assigned addresses, the primary one first', () => {
    const form = parseForm(`NetworkInterfaceId=${host.interfaceId}&PrivateIpAddress.1=10.80.1.100`);
    const moved = metadata(instance, assignPrivateIpAddresses(state, form).state, issued(new Date(0)));
    expect(lookUp(moved, `${nicPath}/local-ipv4s`)).to.equal('10.80.1.21\n10.80.1.100');
  });

  it('has nothing below iam for a host without an instance profile', () => {
    const bare = metadata({ ...instance, profile: undefined }, state, undefined);
    expect(lookUp(bare, '/latest/meta-data/iam')).to.equal(undefined);
  });

  it('issues credentials that the EC2 API accepts, and renews them before they expire', () => {
    const role = JSON.parse(lookUp(tree, `/latest/meta-data/iam/security-credentials/${HOST_ROLE}`) ?? '{}') as Record<
      string,
      string
    >;
    expect(credentials.secretOf(role['AccessKeyId'] ?? '', role['Token'])).to.equal(role['SecretAccessKey']);
    expect(credentials.secretOf(role['AccessKeyId'] ?? '', undefined)).to.equal(undefined);
    const atFive = new Date(5 * 3600 * 1000);
    expect(issued(atFive).AccessKeyId).to.equal(role['AccessKeyId']);
    const atSix = new Date(6 * 3600 * 1000);
    expect(issued(atSix).AccessKeyId).not.to.equal(role['AccessKeyId']);
  });
});
