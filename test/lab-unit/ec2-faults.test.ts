import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTagsCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { Fleet } from '../../lab/daemon/fleet.ts';
import { type Calls, ec2Server } from '../../lab/ec2/server.ts';
import { faultsShown, inflict } from '../../lab/faults/inflict.ts';
import { readOrder } from '../../lab/faults/order.ts';
import { hostNamed, REGION } from '../../lab/topology.ts';

describe('lab: an EC2 API in trouble', () => {
  let fleet: Fleet;
  let server: Server;
  let client: EC2Client;
  let calls: Calls;
  /** An order was carried out. */
  let changed: Promise<void>;
  const fault = (words: string) => inflict(fleet, readOrder(words.split(' ')));
  const describeVpcs = () => client.send(new DescribeVpcsCommand({}));
  const tagged = () =>
    fleet.ec2.instances.find((one) => one.host.name === 'redis-1')?.tags.some(({ key }) => key === 'k');
  const tag = (abortSignal = new AbortController().signal) =>
    client.send(
      new CreateTagsCommand({ Resources: [hostNamed('redis-1')?.instanceId ?? ''], Tags: [{ Key: 'k', Value: 'v' }] }),
      { abortSignal },
    );

  beforeEach(async () => {
    calls = new Map();
    changed = new Promise((resolve) => {
      fleet = new Fleet(
        () => undefined,
        async () => resolve(),
      );
    });
    server = ec2Server({ fleet, calls, secretOf: () => 'secret', log: () => undefined });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new EC2Client({
      region: REGION,
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
  });

  afterEach(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });

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

  it('slow: does it although its caller has gone', async () => {
    await fault('api-slow 0.3');
    const patience = new AbortController();
    const outcome = failure(tag(patience.signal));
    while (calls.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    patience.abort();
    expect(await outcome).to.have.property('name', 'AbortError');
    expect(tagged()).to.equal(false);
    await changed;
    expect(tagged()).to.equal(true);
  });

  it('down: answers nothing and does nothing; normal again, it shows no fault', async () => {
    await fault('api-down');
    await fault('api-slow 1');
    await fault('api-slow 2');
    expect(faultsShown(fleet)).to.deep.equal(['api-down', 'api-slow 2']);
    expect(await failure(tag())).to.have.property('code', 'ECONNRESET');
    expect(tagged()).to.equal(false);
    await fault('api-normal');
    expect(faultsShown(fleet)).to.deep.equal([]);
    expect((await describeVpcs()).Vpcs).to.have.length(1);
  });
});

function failure(outcome: Promise<unknown>): Promise<unknown> {
  return outcome.then(
    () => expect.fail('it was answered'),
    (error: unknown) => error,
  );
}
