import {
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { initialState } from '../../lab/ec2/initial-state.ts';
import { tagsOf } from '../../lab/ec2/state.ts';
import { faultsShown, inflict } from '../../lab/faults/inflict.ts';
import { readOrder } from '../../lab/faults/order.ts';
import { HOSTS } from '../../lab/topology.ts';
import { type Api, failure, serveApi } from './support/api.ts';
import { hostCalled } from './support/hosts.ts';

const redis1 = hostCalled('redis-1').instanceId;

describe('lab: an EC2 API in trouble', () => {
  let api: Api;
  /** An order was carried out. */
  let changed: Promise<void>;
  const fault = (words: string) => inflict(api.fleet, readOrder(words.split(' '), HOSTS));
  const describeVpcs = () => api.client.send(new DescribeVpcsCommand({}));
  const tagged = () => tagsOf(api.fleet.ec2, redis1).some(({ key }) => key === 'k');
  const tag = (abortSignal = new AbortController().signal) =>
    api.client.send(new CreateTagsCommand({ Resources: [redis1], Tags: [{ Key: 'k', Value: 'v' }] }), { abortSignal });

  beforeEach(async () => {
    let tell = () => {};
    changed = new Promise((resolve) => {
      tell = resolve;
    });
    api = await serveApi(initialState(new Date()), async () => tell());
  });

  afterEach(() => api.end());

  it('throttled: refuses as EC2 does, and does nothing', async () => {
    await fault('api-throttle');
    const error = await failure(tag());
    expect(error).to.include({ name: 'RequestLimitExceeded', message: 'Request limit exceeded.' });
    expect(error).to.have.nested.property('$metadata.httpStatusCode', 503);
    expect(tagged()).to.equal(false);
  });

  it('throttled by a share: refuses that share, evenly', async () => {
    await fault('api-throttle 50');
    const codes: string[] = [];
    for (let call = 0; call < 4; call++)
      codes.push(
        await describeVpcs().then(
          () => 'answered',
          ({ name }) => name,
        ),
      );
    expect(codes).to.deep.equal(['answered', 'RequestLimitExceeded', 'answered', 'RequestLimitExceeded']);
  });

  it('lossy: does what it never answers, and answers what it is not lossy about', async () => {
    await fault('api-lossy CreateTags');
    expect((await describeVpcs()).Vpcs).to.have.length(1);
    expect(await failure(tag())).to.have.property('code', 'ECONNRESET');
    expect(tagged()).to.equal(true);
  });

  it('lossy by a share: every tenth call of any action is carried out and not answered', async () => {
    await fault('api-lossy 10');
    const outcomes: unknown[] = [];
    for (let call = 0; call < 20; call++) outcomes.push(await describeVpcs().catch(({ code }) => code));
    expect(outcomes.filter((one) => one === 'ECONNRESET')).to.have.length(2);
  });

  it('slow: does it although its caller has gone', async () => {
    await fault('api-slow 0.3');
    const patience = new AbortController();
    const outcome = failure(tag(patience.signal));
    while (api.calls.made.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    patience.abort();
    expect(await outcome).to.have.property('name', 'AbortError');
    expect(tagged()).to.equal(false);
    await changed;
    expect(tagged()).to.equal(true);
  });

  it('eventual: what is new is seen by some calls and not by others, and what is not seen is not found', async () => {
    await fault('api-eventual 60');
    const { Vpc } = await api.client.send(new CreateVpcCommand({ CidrBlock: '10.90.0.0/16' }));
    const seen: number[] = [];
    for (let call = 0; call < 6; call++) seen.push((await describeVpcs()).Vpcs?.length ?? 0);
    expect(new Set(seen)).to.deep.equal(new Set([1, 2]));
    const outcomes = new Set<string>();
    for (let call = 0; call < 6; call++)
      outcomes.add(
        await api.client.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: `10.90.${call}.0/24` })).then(
          () => 'made',
          ({ name }) => name,
        ),
      );
    expect(outcomes).to.deep.equal(new Set(['made', 'InvalidVpcID.NotFound']));
    await fault('api-normal');
    expect((await describeVpcs()).Vpcs).to.have.length(2);
  });

  it('eventual: whoever waits long enough sees it', async () => {
    await fault('api-eventual 0.05');
    await api.client.send(new CreateVpcCommand({ CidrBlock: '10.90.0.0/16' }));
    let inARow = 0;
    while (inARow < 4) inARow = (await describeVpcs()).Vpcs?.length === 2 ? inARow + 1 : 0;
  });

  it('buckets: as many calls at once as EC2 publishes, more of those that do not ask for everything; refusals are counted', async () => {
    await fault('api-buckets');
    const outcomes = async (calls: number, filters: boolean) => {
      const filter = filters ? { Filters: [{ Name: 'tag-key', Values: ['Name'] }] } : {};
      const all = Array.from({ length: calls }, () => api.client.send(new DescribeInstancesCommand(filter)));
      return (await Promise.allSettled(all)).filter((one) => one.status === 'rejected').length;
    };
    const everything = await outcomes(200, false);
    expect(everything).to.be.greaterThan(0);
    expect(api.calls.refused.get('DescribeInstances')).to.equal(everything);
    expect(await outcomes(60, true)).to.equal(0);
  });

  it('down: answers nothing and does nothing; normal again, it shows no fault', async () => {
    await fault('api-down');
    await fault('api-slow 1');
    await fault('api-slow 2');
    expect(faultsShown(api.fleet)).to.deep.equal(['api-down', 'api-slow 2']);
    expect(await failure(tag())).to.have.property('code', 'ECONNRESET');
    expect(tagged()).to.equal(false);
    await fault('api-normal');
    expect(faultsShown(api.fleet)).to.deep.equal([]);
    expect((await describeVpcs()).Vpcs).to.have.length(1);
  });
});
