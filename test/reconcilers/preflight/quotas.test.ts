import { expect } from 'chai';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import {
  type QuotaDemand,
  quotaDemands,
  quotaFacts,
  type Wanted,
  wantedIn,
} from '../../../reconcilers/preflight/quota-demand.ts';
import { type QuotaSeen, quotaFindings } from '../../../reconcilers/preflight/quotas.ts';
import { quotaOf, vcpuQuota } from '../../../reconcilers/shared/ec2-answers/quotas.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';

const fleet = fleetOf({ ...plainFleet, adopt: 'create', egress: 'natGateways' });
const { cluster } = fleet;
const noPlan = { findings: [], steps: [] };

describe('what an apply needs of the quotas', () => {
  const type = (name: string, vcpus: number) => ({ name, vcpus, ena: 'required', architectures: [], addresses: 10 });
  const tags = (name: string, part: string) => ({
    'ec2-redis-operator/cluster': name,
    'ec2-redis-operator/part': part,
  });
  const account: Readonly<Record<string, Observation<unknown>>> = {
    'instance-types': present([type('m5.large', 2), type('r5.xlarge', 4), type('x2gd.large', 2)]),
    'running-instances': present([
      { type: 't3.micro', vcpus: 2 },
      { type: 'm5.24xlarge', vcpus: 8 },
      { type: 'g5.xlarge', vcpus: 4 },
    ]),
    'elastic-addresses': present([
      { id: 'eipalloc-1', tags: {} },
      { id: 'eipalloc-2', tags: tags(cluster.name, 'public-address-front') },
      { id: 'eipalloc-3', tags: tags('other', 'nat-gateway-public') },
    ]),
    vpcs: present([{ id: 'vpc-1' }]),
  };
  const demands = (wanted: Partial<Wanted>, seen: Partial<typeof account> = {}) => {
    const lookup = (({ fact }) => ({ ...account, ...seen })[fact]) as FactLookup;
    const all = quotaDemands(cluster, { types: [], addresses: [], vpcs: 0, ...wanted }, lookup);
    return all.map((one) => {
      if (one.state !== 'present') return one;
      const { quota, used, needed } = one.value;
      return [quota.code, used, needed];
    });
  };

  it('is summed by the quota of each family: in use by whoever, and needed', () => {
    const types = ['m5.large', 'm5.large', 'r5.xlarge', 'x2gd.large'];
    expect(demands({ types })).to.deep.equal([
      ['L-1216C47A', 10, 8],
      ['L-7295265B', 0, 2],
    ]);
  });

  it('is an address for each part that has none, and a VPC', () => {
    const addresses = ['public-address-front', 'nat-gateway-public'];
    expect(demands({ addresses, vpcs: 1 })).to.deep.equal(
      [
        ['L-F678F1CE', 1, 1],
        ['L-0263D0A3', 3, 1],
      ].reverse(),
    );
  });

  it('is nothing where nothing is missing, and then nothing is asked', () => {
    expect(demands({ addresses: ['public-address-front'] })).to.deep.equal([]);
    expect(quotaFacts({ types: [], addresses: [], vpcs: 0 })).to.deep.equal([]);
  });

  it('is unknown where what is in use was not seen, and nothing for a type that does not exist', () => {
    const [first] = demands({ types: ['m5.large'] }, { 'running-instances': unknown('EC2 did not respond') });
    expect(first).to.deep.include({ state: 'unknown' });
    expect(demands({ types: ['m5.tiny'] })).to.deep.equal([]);
  });

  it('is all that is declared and absent, before its network exists, but not what could not be seen', () => {
    const hosts = cluster.hosts.map(({ name }) => name);
    const inventory = new Map(hosts.map((name, index) => [name, index ? { state: 'absent' as const } : unknown('no')]));
    const { types, addresses } = wantedIn(fleet, inventory, noPlan);
    expect(types).to.deep.equal(hosts.slice(1).map(() => 'm5.large'));
    expect(addresses).to.include('nat-gateway-public');
    expect(wantedIn(fleetOf(plainFleet), new Map(), noPlan).types).to.deep.equal([]);
  });
});

describe('findings about quotas', () => {
  const seen = (demand: QuotaDemand, limit: Observation<number>): Observation<QuotaSeen> =>
    present({ ...demand, limit });
  const standard = { quota: vcpuQuota('m5.large'), used: 2, needed: 10 };
  const addresses = { quota: quotaOf.AddressLimitExceeded, used: 5, needed: 1 };

  it('tell of each that is too small, with what raises it', () => {
    const found = quotaFindings(cluster, [seen(standard, present(11)), seen(addresses, present(5))]);
    expect(found.map(({ reason, field, have, want, remedy }) => [reason, field, have, want, remedy.by])).to.deep.equal([
      ['QuotaTooSmall', 'quota L-1216C47A', '11', 'at least 12', 'manual'],
      ['QuotaTooSmall', 'quota L-0263D0A3', '5', 'at least 6', 'manual'],
    ]);
    const [first] = found;
    expect(first && 'message' in first.remedy && first.remedy.message).to.contain(
      `aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 12 --region ${cluster.aws.region}`,
    );
  });

  it('say nothing of those that are enough', () => {
    expect(quotaFindings(cluster, [seen(standard, present(12)), seen(addresses, present(6))])).to.deep.equal([]);
  });

  it('are one piece of information about those that could not be read, with each reason once', () => {
    const denied = unknown('the credentials may not read it');
    const found = quotaFindings(cluster, [
      seen(standard, denied),
      seen(addresses, denied),
      unknown('VPCs per Region: EC2 did not respond'),
    ]);
    expect(found.map(({ reason, remedy }) => [reason, remedy.by])).to.deep.equal([['QuotaNotChecked', 'info']]);
    const [only] = found;
    const message = only && 'message' in only.remedy ? only.remedy.message : '';
    expect(message.match(/the credentials may not read it/g)).to.have.length(1);
    expect(message).to.contain('EC2 did not respond');
  });
});
