import { expect } from 'chai';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { READS } from '../../../lab/ec2/actions.ts';
import { Ec2Error } from '../../../lab/ec2/errors.ts';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { describeInstances } from '../../../lab/ec2/instances.ts';
import { describeNetworkInterfaces } from '../../../lab/ec2/interfaces.ts';
import { parseForm } from '../../../lab/ec2/query.ts';
import { tagsOf, withInstance } from '../../../lab/ec2/state.ts';
import { createTags, deleteTags } from '../../../lab/ec2/tags.ts';
import { answerXml, errorXml } from '../../../lab/ec2/xml.ts';
import { HOSTS } from '../../../lab/topology.ts';
import { hostCalled } from '../support/hosts.ts';

const state = initialState(new Date(0));

describe('lab: Describe calls of the EC2 API', () => {
  const selections: readonly { filter: string; hosts: readonly string[] }[] = [
    { filter: 'tag:Name=proxy-*', hosts: ['proxy-1', 'proxy-2'] },
    { filter: 'tag:Name=redis-?', hosts: ['redis-1', 'redis-2', 'redis-3'] },
    { filter: 'tag:Name=redis-1.', hosts: [] },
    { filter: 'tag-key=Name', hosts: ['proxy-1', 'proxy-2', 'redis-1', 'redis-2', 'redis-3'] },
    { filter: 'private-ip-address=10.80.2.13', hosts: ['redis-3'] },
    { filter: 'availability-zone=lab-1b', hosts: ['redis-2', 'redis-3'] },
    { filter: 'instance-state-name=running', hosts: [] },
    { filter: 'vpc-id=vpc-elsewhere', hosts: [] },
  ];
  for (const { filter, hosts } of selections)
    it(`${filter} selects ${hosts.join(', ') || 'nothing'}`, () => {
      const [name = '', value = ''] = filter.split('=');
      const answer = describeInstances(
        state,
        parseForm(new URLSearchParams({ 'Filter.1.Name': name, 'Filter.1.Value.1': value }).toString()),
      );
      const wanted = hosts.map((host) => hostCalled(host).instanceId);
      expect(instanceIds(answerXml('DescribeInstances', 'id', answer))).to.deep.equal(wanted);
    });

  it('requires a match of every filter, with any of its values', () => {
    const form =
      'Filter.1.Name=tag:Name&Filter.1.Value.1=redis-1&Filter.1.Value.2=redis-2&Filter.2.Name=availability-zone&Filter.2.Value.1=lab-1b';
    expect(instanceIds(answerXml('DescribeInstances', 'id', describeInstances(state, parseForm(form))))).to.deep.equal([
      hostCalled('redis-2').instanceId,
    ]);
  });

  it('finds an interface by any of its addresses', () => {
    const answer = describeNetworkInterfaces(
      state,
      parseForm('Filter.1.Name=addresses.private-ip-address&Filter.1.Value.1=10.80.1.22'),
    );
    const xml = answerXml('DescribeNetworkInterfaces', 'id', answer);
    expect(xml).to.include(`<networkInterfaceId>${hostCalled('proxy-2').interfaceId}</networkInterfaceId>`);
    expect(xml).not.to.include(`<networkInterfaceId>${hostCalled('proxy-1').interfaceId}</networkInterfaceId>`);
  });

  it('shows a state change and its reason', () => {
    const host = HOSTS[0];
    if (host === undefined) throw new Error('the lab has no hosts');
    const stopped = withInstance(state, host, { state: 'stopped', reason: 'Server.InternalError: gone' });
    const xml = answerXml(
      'DescribeInstances',
      'id',
      describeInstances(stopped, parseForm(`InstanceId.1=${host.instanceId}`)),
    );
    expect(xml).to.include('<instanceState><code>80</code><name>stopped</name></instanceState>');
    expect(xml).to.include('<stateReason><code>Server.InternalError</code>');
  });

  it('answers in well-formed XML', () => {
    const about = parseForm(`InstanceId=${HOSTS[0]?.instanceId}&VpcId=${state.vpcs[0]?.id}&Attribute=enableDnsSupport`);
    for (const [action, answer] of Object.entries(READS)) {
      if (action === 'DescribeInstanceAttribute') continue;
      expect(XMLValidator.validate(answerXml(action, 'id', answer(state, about)))).to.equal(true);
    }
    expect(XMLValidator.validate(errorXml('A', "<&\"> 'quoted'", 'id'))).to.equal(true);
  });

  const refusals: readonly { form: string; code: string }[] = [
    { form: 'InstanceId.1=i-00000000000000000', code: 'InvalidInstanceID.NotFound' },
    { form: 'InstanceId.1=redis-1', code: 'InvalidInstanceID.Malformed' },
    { form: 'Filter.1.Name=colour&Filter.1.Value.1=red', code: 'InvalidParameterValue' },
    { form: 'Filter.1.Name=constructor&Filter.1.Value.1=x', code: 'InvalidParameterValue' },
    { form: 'MaxResults=5&InstanceId.1=i-0a50010b000000000', code: 'InvalidParameterCombination' },
  ];
  for (const { form, code } of refusals)
    it(`answers ${form} with ${code}`, () => {
      expect(() => describeInstances(state, parseForm(form)))
        .to.throw(Ec2Error)
        .with.property('code', code);
    });

  it('sets, replaces and deletes tags', () => {
    const id = hostCalled('redis-1').instanceId;
    const tagged = createTags(
      state,
      parseForm(`ResourceId.1=${id}&Tag.1.Key=owner&Tag.1.Value=a&Tag.2.Key=Name&Tag.2.Value=renamed`),
    ).state;
    expect(tagsShown(tagged, id)).to.deep.equal({ owner: 'a', Name: 'renamed' });
    const kept = deleteTags(tagged, parseForm(`ResourceId.1=${id}&Tag.1.Key=owner&Tag.1.Value=b`)).state;
    expect(tagsShown(kept, id)).to.deep.equal({ owner: 'a', Name: 'renamed' });
    const deleted = deleteTags(tagged, parseForm(`ResourceId.1=${id}&Tag.1.Key=owner`)).state;
    expect(tagsShown(deleted, id)).to.deep.equal({ Name: 'renamed' });
    expect(() => createTags(state, parseForm('ResourceId.1=i-x&Tag.1.Key=a'))).to.throw("The ID 'i-x' is not valid");
  });
});

function instanceIds(xml: string): string[] {
  const parser = new XMLParser({ isArray: (name) => name === 'item' });
  const answer = parser.parse(xml) as { DescribeInstancesResponse: { reservationSet: '' | { item: Reservation[] } } };
  const set = answer.DescribeInstancesResponse.reservationSet;
  return set === ''
    ? []
    : set.item.flatMap((reservation) => reservation.instancesSet.item.map((one) => one.instanceId));
}

interface Reservation {
  readonly instancesSet: { readonly item: readonly { readonly instanceId: string }[] };
}

function tagsShown(from: typeof state, id: string): Record<string, string> {
  return Object.fromEntries(tagsOf(from, id).map(({ key, value }) => [key, value]));
}
