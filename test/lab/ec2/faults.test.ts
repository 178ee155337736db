import {
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { Ec2Error } from '../../../lab/ec2/errors.ts';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { tagsOf } from '../../../lab/ec2/state.ts';
import { faultsShown, inject } from '../../../lab/faults/inject.ts';
import { readRequest } from '../../../lab/faults/request.ts';
import { permit } from '../../../lab/imds/permit.ts';
import { HOSTS } from '../../../lab/topology.ts';
import { type Api, failure, serveApi } from '../support/api.ts';
import { hostCalled } from '../support/hosts.ts';

const redis1 = hostCalled('redis-1').instanceId;
const proxy2 = hostCalled('proxy-2');

describe('lab: faults of the EC2 API', () => {
  let api: Api;
  /** Resolves when a change was carried out. */
  let changed: Promise<void>;
  const fault = (words: string) => inject(api.fleet, readRequest(words.split(' '), HOSTS));
  const describeVpcs = () => api.client.send(new DescribeVpcsCommand({}));
  const tagged = () => tagsOf(api.fleet.ec2, redis1).some(({ key }) => key === 'k');
  const tag = (abortSignal = new AbortController().signal) =>
    api.client.send(new CreateTagsCommand({ Resources: [redis1], Tags: [{ Key: 'k', Value: 'v' }] }), { abortSignal });

  beforeEach(async () => {
    let resolveChanged = () => {};
    changed = new Promise((resolve) => {
      resolveChanged = resolve;
    });
    api = await serveApi(initialState(new Date()), async () => resolveChanged());
  });

  afterEach(() => api.end());

  it("api-throttle: refuses calls with EC2's error and changes nothing", async () => {
    await fault('api-throttle');
    const error = await failure(tag());
    expect(error).to.include({ name: 'RequestLimitExceeded', message: 'Request limit exceeded.' });
    expect(error).to.have.nested.property('$metadata.httpStatusCode', 503);
    expect(tagged()).to.equal(false);
  });

  it('api-throttle with a percentage: refuses that share, spread evenly', async () => {
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

  it('api-lossy with an action: carries it out without answering, and answers other actions', async () => {
    await fault('api-lossy CreateTags');
    expect((await describeVpcs()).Vpcs).to.have.length(1);
    expect(await failure(tag())).to.have.property('code', 'ECONNRESET');
    expect(tagged()).to.equal(true);
  });

  it('api-lossy with 10 percent: does not answer every tenth call', async () => {
    await fault('api-lossy 10');
    const outcomes: unknown[] = [];
    for (let call = 0; call < 20; call++) outcomes.push(await describeVpcs().catch(({ code }) => code));
    expect(outcomes.filter((one) => one === 'ECONNRESET')).to.have.length(2);
  });

  it('api-slow: carries out a call even if the caller has disconnected', async () => {
    await fault('api-slow 0.3');
    const caller = new AbortController();
    const outcome = failure(tag(caller.signal));
    while (api.calls.made.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    caller.abort();
    expect(await outcome).to.have.property('name', 'AbortError');
    expect(tagged()).to.equal(false);
    await changed;
    expect(tagged()).to.equal(true);
  });

  it('api-eventual: some calls see a new resource, for others it is not found', async () => {
    await fault('api-eventual 60');
    const { Vpc } = await api.client.send(new CreateVpcCommand({ CidrBlock: '10.90.0.0/16' }));
    const seen: number[] = [];
    for (let call = 0; call < 6; call++) seen.push((await describeVpcs()).Vpcs?.length ?? 0);
    expect(new Set(seen)).to.deep.equal(new Set([1, 2]));
    const outcomes = new Set<string>();
    for (let call = 0; call < 6; call++)
      outcomes.add(
        await api.client.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: `10.90.${call}.0/24` })).then(
          () => 'created',
          ({ name }) => name,
        ),
      );
    expect(outcomes).to.deep.equal(new Set(['created', 'InvalidVpcID.NotFound']));
    await fault('api-normal');
    expect((await describeVpcs()).Vpcs).to.have.length(2);
  });

  it('api-eventual: after the delay every call sees it', async () => {
    await fault('api-eventual 0.05');
    await api.client.send(new CreateVpcCommand({ CidrBlock: '10.90.0.0/16' }));
    let inARow = 0;
    while (inARow < 4) inARow = (await describeVpcs()).Vpcs?.length === 2 ? inARow + 1 : 0;
  });

  it('api-buckets: limits calls as EC2 publishes, filtered ones less strictly, and counts refusals', async () => {
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

  it('api-down: answers and changes nothing until api-normal ends all API faults', async () => {
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

  it('ec2-refuses: refuses one action with a code, or as a proxy would, and changes nothing', async () => {
    await fault('ec2-refuses CreateTags UnauthorizedOperation');
    expect((await describeVpcs()).Vpcs).to.have.length(1);
    const denied = await failure(tag());
    expect(denied).to.include({ name: 'UnauthorizedOperation' });
    expect(denied.message).to.contain('not authorized to perform: ec2:CreateTags');
    await fault('ec2-refuses CreateTags 502');
    expect(faultsShown(api.fleet)).to.deep.equal(['ec2-refuses CreateTags 502']);
    expect(await failure(tag())).to.have.nested.property('$metadata.httpStatusCode', 502);
    await fault('ec2-refuses CreateTags Blocked');
    expect(await failure(tag())).to.include({ name: 'Blocked' });
    expect(tagged()).to.equal(false);
    await fault('api-normal');
    await tag();
    expect(tagged()).to.equal(true);
  });

  it('api-clock: refuses what the host signs with its own time, says what time it is, and counts the calls of hosts apart', async () => {
    const { ec2 } = api.fleet;
    const here = (one: (typeof ec2.interfaces)[number]) =>
      one.host === proxy2 ? { ...one, addresses: [...one.addresses, '127.0.0.1'] } : one;
    await api.fleet.change({ ...ec2, interfaces: ec2.interfaces.map(here) });
    await fault('api-clock redis-1 1200');
    expect((await describeVpcs()).Vpcs).to.have.length(1);
    await fault('api-clock proxy-2 1200');
    const error = await failure(describeVpcs());
    expect(error).to.include({ name: 'AuthFailure' });
    expect(error).to.have.nested.property('$metadata.httpStatusCode', 401);
    // The SDK has learned the time from the header of the refusal.
    expect((await describeVpcs()).Vpcs).to.have.length(1);
    expect([api.calls.made.size, api.calls.byHosts.get('DescribeVpcs')]).to.deep.equal([0, 3]);
  });

  it('api-deny: refuses what the role of the host may not do any more', async () => {
    const may = (words: string, action: string) => () =>
      permit({ host: proxy2, role: 'r' }, action, [{ ...readRequest(words.split(' '), HOSTS), boot: undefined }]);
    const assign = 'AssignPrivateIpAddresses';
    expect(may('api-deny proxy-1', assign)).not.to.throw();
    expect(may('api-deny proxy-2 UnassignPrivateIpAddresses', assign)).not.to.throw();
    for (const words of ['api-deny proxy-2', `api-deny proxy-2 ${assign}`])
      expect(may(words, assign)).to.throw(Ec2Error, 'not authorized to perform: ec2:AssignPrivateIpAddresses');
  });
});
