import { expect } from 'chai';
import type { Origin } from '../../../crds/fleet.ts';
import type { ElasticAddress } from '../../../reconcilers/facts/ec2/elastic-addresses.ts';
import type { NetworkInterface } from '../../../reconcilers/facts/ec2/network-interfaces.ts';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { vip } from '../../../reconcilers/vip/index.ts';
import { instanceLike, interfaceLike } from '../../../simulation/scenarios/account.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';

const fleet = fleetOf(plainFleet);
const inventory = new Map(
  ['proxy-1', 'proxy-2'].map((host, index) => [
    host,
    present(instanceLike({ instanceId: `i-${index + 1}`, networkInterfaceId: `eni-${index + 1}` })),
  ]),
);
const withVip = (networkInterfaceId: string): NetworkInterface =>
  interfaceLike({ networkInterfaceId, addresses: [{ address: '10.80.1.100', primary: false }] });
const ours = { 'ec2-redis-operator/cluster': fleet.cluster.name, 'ec2-redis-operator/part': 'public-address-front' };
const elastic = (change: Partial<ElasticAddress> = {}): ElasticAddress => ({
  id: 'eipalloc-1',
  tags: ours,
  publicIp: '198.51.100.7',
  boundTo: { networkInterfaceId: 'eni-1', address: '10.80.1.100' },
  ...change,
});
const elsewhere = { networkInterfaceId: 'eni-9', address: '10.80.1.9' };

/** Findings about the public address, each as reason, values, and the calls or the remedy. */
function findings(
  shown: Observation<readonly ElasticAddress[]>,
  interfaces: Observation<readonly NetworkInterface[]> = present([withVip('eni-1')]),
  publicAddress: Origin = { create: true },
): readonly string[] {
  const pairs = fleet.proxyPairs.map((pair) => ({ ...pair, publicAddress }));
  const item = vip
    .items({ ...fleet, proxyPairs: pairs }, inventory)
    .find(({ subject }) => subject === 'vip/front@public-address');
  const lookup = ({ fact }: { readonly fact: string }) => (fact === 'elastic-addresses' ? shown : interfaces);
  const found = item?.diff(lookup as never) ?? [];
  expect(found.flatMap(({ impacts }) => impacts)).to.deep.equal([]);
  return found.map(({ reason, have, want, remedy }) => {
    const done =
      remedy.by === 'action' ? remedy.actions.map((one) => ('call' in one ? one.call.action : '')) : remedy.by;
    return `${reason}: ${have} -> ${want}: ${done}`;
  });
}

describe('the public address of a pair', () => {
  const adopted: Origin = { adopt: { id: 'eipalloc-1' } };
  for (const [why, found, wanted] of [
    ['is bound to the virtual IP', findings(present([elastic()])), []],
    ['is not known', findings(unknown('no answer')), ['NotObserved: unknown -> bound to 10.80.1.100: unknown']],
    ['is missing', findings(present([])), ['Missing: absent -> bound to 10.80.1.100: AllocateAddress']],
    [
      'is that of another pair',
      findings(present([elastic({ tags: { ...ours, 'ec2-redis-operator/part': 'public-address-back' } })])),
      ['Missing: absent -> bound to 10.80.1.100: AllocateAddress'],
    ],
    [
      'is not bound',
      findings(present([elastic({ boundTo: undefined })])),
      ['PublicAddressNotBound: not bound -> bound to 10.80.1.100: AssociateAddress'],
    ],
    [
      'did not follow the virtual IP',
      findings(present([elastic()]), present([withVip('eni-2')])),
      ['PublicAddressNotBound: bound to 10.80.1.100 on eni-1 -> bound to 10.80.1.100: AssociateAddress'],
    ],
    [
      'waits for the virtual IP',
      findings(present([elastic({ boundTo: undefined })]), present([])),
      ['PublicAddressNotBound: not bound -> bound to 10.80.1.100: waiting'],
    ],
    [
      'waits while another VPC has the same address',
      findings(present([elastic({ boundTo: undefined })]), present([withVip('eni-9')])),
      ['PublicAddressNotBound: not bound -> bound to 10.80.1.100: waiting'],
    ],
    [
      'was bound to something else, and is ours',
      findings(present([elastic({ boundTo: elsewhere })])),
      ['PublicAddressNotBound: bound to 10.80.1.9 on eni-9 -> bound to 10.80.1.100: AssociateAddress'],
    ],
    [
      'serves something else, and is adopted: it is not taken away',
      findings(present([elastic({ tags: {}, boundTo: elsewhere })]), undefined, adopted),
      ['PublicAddressNotBound: bound to 10.80.1.9 on eni-9 -> bound to 10.80.1.100: manual'],
    ],
    [
      'is adopted and not bound',
      findings(present([elastic({ tags: {}, boundTo: undefined })]), undefined, adopted),
      ['PublicAddressNotBound: not bound -> bound to 10.80.1.100: AssociateAddress'],
    ],
    [
      'is adopted and does not exist',
      findings(present([]), undefined, adopted),
      ['AdoptedNotFound: absent -> bound to 10.80.1.100: manual'],
    ],
    [
      'was allocated twice: the one that is bound is kept',
      findings(present([elastic({ id: 'eipalloc-0', publicIp: '198.51.100.6', boundTo: undefined }), elastic()])),
      ['Duplicate: duplicate of 198.51.100.7 -> absent: ReleaseAddress'],
    ],
  ] as const)
    it(why, () => expect(found).to.deep.equal(wanted));
});
