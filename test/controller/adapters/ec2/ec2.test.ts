import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { consolesOf } from '../../../../controller/adapters/ec2/console.ts';
import { type Ec2Session, openEc2, readEc2, writeEc2 } from '../../../../controller/adapters/ec2/ec2.ts';
import { freePort, runCommand, until } from '../../../support/processes.ts';
import { refusal } from '../support/refusal.ts';

type Answer = { readonly status?: number; readonly body: string } | 'hang' | 'reset';

/** An EC2 endpoint that answers the Query protocol as configured, and records the requests. */
describe('ec2, against an endpoint of the Query protocol', () => {
  let server: Server;
  let port: number;
  let answer: (call: URLSearchParams, nth: number, authorization: string) => Answer;
  const requests: URLSearchParams[] = [];
  const sessions: Ec2Session[] = [];
  const environment = { ...process.env };

  before(async () => {
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const call = new URLSearchParams(text);
      requests.push(call);
      const reply = answer(call, requests.length, request.headers.authorization ?? '');
      if (reply === 'reset') request.socket.destroy();
      else if (reply !== 'hang')
        response.writeHead(reply.status ?? 200, { 'content-type': 'text/xml' }).end(reply.body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrEXAMPLEKEY' });
  });
  after(() => {
    restore(environment);
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => void requests.splice(0));
  afterEach(() => Promise.all(sessions.splice(0).map((session) => session.close())));

  const open = (options: Parameters<typeof openEc2>[1] = {}, endpoint = `http://127.0.0.1:${port}`) => {
    const session = openEc2(
      { region: 'eu-central-1', endpoint },
      { maxAttempts: 2, requestTimeoutMs: 800, ...options },
    );
    sessions.push(session);
    return session;
  };

  it('pages through instances, with the same filters on each page, and counts one call', async () => {
    answer = (call) => {
      const from = Number(call.get('NextToken') ?? '0');
      return { body: describeInstances([from, from + 1], from < 4 ? String(from + 2) : undefined) };
    };
    const session = open({ pageSize: 5 });
    const filters = { 'tag:redis-ec2.dev/cluster': ['demo'], 'instance-state-name': ['running', 'stopped'] };
    const items = await readEc2(session).query({ action: 'DescribeInstances', filters });
    expect(items.map((item) => (item as { InstanceId: string }).InstanceId)).to.eql([
      'i-0',
      'i-1',
      'i-2',
      'i-3',
      'i-4',
      'i-5',
    ]);
    expect(items[0]).to.deep.include({ PrivateIpAddress: '10.0.0.0', State: { Code: 16, Name: 'running' } });
    expect(requests).to.have.length(3);
    for (const call of requests) {
      expect(Object.fromEntries(call)).to.include({
        Action: 'DescribeInstances',
        Version: '2016-11-15',
        MaxResults: '5',
        'Filter.1.Name': 'tag:redis-ec2.dev/cluster',
        'Filter.1.Value.1': 'demo',
        'Filter.2.Value.2': 'stopped',
      });
    }
    expect(Object.fromEntries(session.counters)).to.eql({ DescribeInstances: { calls: 1, pages: 3 } });
  });

  it('requests a page size even when nothing needs paging', async () => {
    answer = () => ({
      body: envelope(
        'DescribeNetworkInterfaces',
        '<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId></item></networkInterfaceSet>',
      ),
    });
    const items = await readEc2(open()).query({
      action: 'DescribeNetworkInterfaces',
      filters: { 'vpc-id': ['vpc-1'] },
    });
    expect(items).to.have.length(1);
    expect(items[0]).to.include({ NetworkInterfaceId: 'eni-1' });
    expect(requests[0]?.get('MaxResults')).to.equal('1000');
  });

  it('assigns and unassigns an address', async () => {
    answer = (call) => ({ body: envelope(call.get('Action') ?? '', '<return>true</return>') });
    const session = open();
    const input = { NetworkInterfaceId: 'eni-1', PrivateIpAddresses: ['10.0.0.100'] };
    await writeEc2(session).command({
      action: 'AssignPrivateIpAddresses',
      input: { ...input, AllowReassignment: true },
    });
    await writeEc2(session).command({ action: 'UnassignPrivateIpAddresses', input });
    expect(Object.fromEntries(requests[0] ?? [])).to.include({
      NetworkInterfaceId: 'eni-1',
      'PrivateIpAddress.1': '10.0.0.100',
      AllowReassignment: 'true',
    });
    expect(requests[1]?.get('Action')).to.equal('UnassignPrivateIpAddresses');
    expect(session.counters.get('AssignPrivateIpAddresses')).to.eql({ calls: 1, pages: 1 });
  });

  it('not found by a changing call, since it was made a moment ago: tried again until it shows', async () => {
    answer = (call, nth) =>
      nth === 1
        ? { status: 400, body: failure('InvalidVpcID.NotFound', 'The vpc ID does not exist') }
        : { body: envelope(call.get('Action') ?? '', '<return>true</return>') };
    const input = {
      VpcId: 'vpc-1',
      CidrBlock: '10.0.0.0/24',
      TagSpecifications: [{ ResourceType: 'subnet', Tags: [{ Key: 'a', Value: 'b' }] }],
    };
    await writeEc2(open()).command({ action: 'CreateSubnet', input });
    expect(requests).to.have.length(2);
    expect(Object.fromEntries(requests[1] ?? [])).to.include({
      Action: 'CreateSubnet',
      CidrBlock: '10.0.0.0/24',
      'TagSpecification.1.Tag.1.Key': 'a',
    });
  });

  describe('credentials from a file', () => {
    let folder: string;
    const write = (key: string) =>
      writeFile(
        join(folder, 'credentials'),
        `[default]\naws_access_key_id = ${key}\naws_secret_access_key = wJalr${key}\naws_session_token = ${key}\n`,
      );
    const accepting = (key: string) => {
      answer = (_, __, authorization) =>
        authorization.includes(`Credential=${key}/`)
          ? { body: describeInstances([1]) }
          : { status: 400, body: failure('RequestExpired', 'Request has expired.') };
    };
    const list = (session: Ec2Session) => readEc2(session).query({ action: 'DescribeInstances', filters: {} });

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'credentials-'));
      restore({ ...environment, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials') });
      await write('AKIDONE');
    });
    afterEach(async () => {
      restore({ ...environment, AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrEXAMPLEKEY' });
      await rm(folder, { recursive: true });
    });

    it('that were renewed in it are read again once EC2 refuses the former ones, by all calls of a pass', async () => {
      accepting('AKIDONE');
      const session = open();
      await list(session);
      accepting('AKIDTWO');
      await write('AKIDTWO');
      const [one, other] = await Promise.all([list(session), list(session)]);
      expect([one, other]).to.have.deep.nested.property('[1][0].InstanceId', 'i-1');
      await list(session);
      expect(Object.fromEntries(session.counters)).to.deep.include({ DescribeInstances: { calls: 4, pages: 4 } });
    });

    it('that were not renewed are reported as refused, and tried once', async () => {
      accepting('AKIDONE');
      const session = open();
      await list(session);
      accepting('AKIDTWO');
      requests.splice(0);
      const { kind, message } = await refusal(list(session));
      expect(kind).to.equal('refused');
      expect(message).to.contain('RequestExpired').and.contain('log in again');
      const once = requests.length;
      await refusal(list(session));
      expect(requests).to.have.length(2 * once);
    });
  });

  it('each launch has a client token of its own, which the tries of one call share', async () => {
    answer = (_, nth) =>
      nth === 1
        ? { status: 503, body: failure('RequestLimitExceeded', 'Request limit exceeded.') }
        : { body: envelope('RunInstances', '<instancesSet><item><instanceId>i-1</instanceId></item></instancesSet>') };
    const input = { ImageId: 'ami-1', MinCount: 1, MaxCount: 1 };
    const port = writeEc2(open());
    await port.command({ action: 'RunInstances', input });
    await port.command({ action: 'RunInstances', input });
    const [once, again, next] = requests.map((call) => call.get('ClientToken'));
    expect(once).to.be.a('string').and.equal(again).and.not.equal(next);
  });

  it('an address in use is not a refusal for good: the answer to the call that created the host may be lost', async () => {
    answer = () => ({ status: 400, body: failure('InvalidIPAddress.InUse', 'Address 10.0.0.4 is in use.') });
    const call = writeEc2(open()).command({
      action: 'RunInstances',
      input: { ImageId: 'ami-1', MinCount: 1, MaxCount: 1 },
    });
    const { kind, message } = await refusal(call);
    expect(kind).to.equal('protocol');
    expect(message).to.contain('the next pass');
  });

  describe('a console', () => {
    const console = (id: string, output?: string) => ({
      body: envelope(
        'GetConsoleOutput',
        `<instanceId>${id}</instanceId><timestamp>2026-01-02T03:04:05.000Z</timestamp>${output === undefined ? '' : `<output>${Buffer.from(output).toString('base64')}</output>`}`,
      ),
    });

    it('is read as it was printed, the latest or what EC2 kept', async () => {
      answer = () => console('i-1', 'one\r\ntwo\r\n');
      const session = open();
      expect(await consolesOf(session)('i-1', true)).to.equal('one\r\ntwo\r\n');
      expect(await consolesOf(session)('i-1', false)).to.equal('one\r\ntwo\r\n');
      expect(requests.map((call) => [call.get('InstanceId'), call.get('Latest')])).to.eql([
        ['i-1', 'true'],
        ['i-1', null],
      ]);
      expect(session.counters.get('GetConsoleOutput')?.calls).to.equal(2);
    });

    it('has nothing on it yet: an output that is empty or left out, a Xen type, an instance that does not show everywhere', async () => {
      for (const nothing of [
        console('i-1', ''),
        console('i-1'),
        { status: 400, body: failure('UnsupportedOperation', 'This instance type does not support it') },
        { status: 400, body: failure('InvalidInstanceID.NotFound', "The instance ID 'i-1' does not exist") },
      ]) {
        answer = () => nothing;
        expect(await consolesOf(open())('i-1', true)).to.equal('');
      }
    });

    it('of another instance is refused', async () => {
      answer = () => console('i-2', 'keys');
      const error = await refusal(consolesOf(open())('i-1', true));
      expect(error.kind).to.equal('protocol');
      expect(error.message).to.contain('i-1').and.contain('i-2').and.contain('it is not used');
    });

    it('that may not be read is reported with the missing permission', async () => {
      answer = () => ({ status: 403, body: failure('UnauthorizedOperation', 'You are not authorized.') });
      const error = await refusal(consolesOf(open())('i-1', true));
      expect(error.kind).to.equal('refused');
      expect(error.message).to.contain('GetConsoleOutput').and.contain('IAM permission');
    });
  });

  it('throttled once: tried again', async () => {
    answer = (_, nth) =>
      nth === 1
        ? { status: 503, body: failure('RequestLimitExceeded', 'Request limit exceeded.') }
        : { body: describeInstances([1]) };
    expect(await readEc2(open()).query({ action: 'DescribeInstances', filters: {} })).to.have.length(1);
    expect(requests).to.have.length(2);
  });

  const failures: readonly [string, number, string, RegExp, number][] = [
    ['RequestLimitExceeded', 503, 'unreachable', /throttled/, 2],
    ['Unavailable', 503, 'unreachable', /side of EC2/, 2],
    ['InternalError', 500, 'unreachable', /side of EC2/, 2],
    ['UnauthorizedOperation', 403, 'refused', /IAM permission/, 1],
    ['AuthFailure', 401, 'refused', /credentials.*clock/, 1],
    ['RequestExpired', 400, 'refused', /log in again/, 1],
    ['InvalidNetworkInterfaceID.NotFound', 400, 'protocol', /eventually consistent/, 1],
    ['InvalidParameterValue', 400, 'refused', /correct the value/, 1],
    ['PrivateIpAddressLimitExceeded', 400, 'refused', /limit/, 1],
    ['InsufficientInstanceCapacity', 500, 'unreachable', /another type.*another zone/, 2],
    ['PendingVerification', 400, 'unreachable', /four hours/, 1],
    ['InsufficientFreeAddressesInSubnet', 400, 'refused', /no free address/, 1],
    ['VcpuLimitExceeded', 400, 'refused', /higher quota/, 1],
    ['OptInRequired', 401, 'refused', /enable the region/, 1],
    ['DependencyViolation', 400, 'protocol', /still uses it/, 1],
    ['Blocked', 400, 'refused', /AWS Support/, 1],
    ['IdempotentParameterMismatch', 400, 'refused', /other values/, 1],
    ['Resource.AlreadyAssigned', 400, 'protocol', /not known here/, 1],
  ];
  for (const [code, status, kind, todo, tries] of failures) {
    it(`${code}: ${kind}, with the code, the message of EC2, and what to do`, async () => {
      answer = () => ({ status, body: failure(code, 'Some words of EC2.') });
      const error = await refusal(
        writeEc2(open({ notFoundAttempts: 1 })).command({
          action: 'AssignPrivateIpAddresses',
          input: { NetworkInterfaceId: 'eni-1', PrivateIpAddresses: ['10.0.0.100'], AllowReassignment: true },
        }),
      );
      expect(error.kind).to.equal(kind);
      expect(error.message).to.contain(`EC2 AssignPrivateIpAddresses: ${code}: Some words of EC2`).and.match(todo);
      expect(requests).to.have.length.within(tries, 2);
    });
  }

  const launch = (session: Ec2Session) =>
    writeEc2(session).command({
      action: 'RunInstances',
      input: { ImageId: 'ami-1', InstanceType: 'x2idn.16xlarge', MinCount: 1, MaxCount: 1 },
    });

  it('a refused launch: the quota of its type, and types and zones of the Cluster instead', async () => {
    const around = {
      region: 'eu-central-1',
      endpoint: `http://127.0.0.1:${port}`,
      zones: ['eu-central-1a', 'eu-central-1b'],
      statementsFor: (action: string, resource: string | undefined) => [`${action} on ${resource}`],
    };
    const refused = async (code: string, message: string) => {
      answer = () => ({ status: 400, body: failure(code, message) });
      const session = openEc2(around, { maxAttempts: 1 });
      sessions.push(session);
      return (await refusal(launch(session))).message;
    };
    expect(await refused('VcpuLimitExceeded', 'You have requested more vCPU capacity.')).to.contain(
      '--quota-code L-7295265B --desired-value NUMBER --region eu-central-1',
    );
    expect(await refused('InsufficientInstanceCapacity', 'No capacity (eu-central-1a).')).to.contain(
      'has subnets in eu-central-1b)',
    );
    const cipher = 'Encoded authorization failure message: 4xQ_bA';
    const denied = await refused(
      'UnauthorizedOperation',
      `User: arn:aws:iam::1:user/u is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/r because no identity-based policy allows it. ${cipher}`,
    );
    expect(denied).to.contain('statement iam:PassRole on arn:aws:iam::1:role/r').and.not.contain('4xQ');
  });

  it('an image that does not exist is refused at once', async () => {
    answer = () => ({ status: 400, body: failure('InvalidAMIID.NotFound', "The image id '[ami-1]' does not exist") });
    const { kind, message } = await refusal(launch(open()));
    expect(kind).to.equal('refused');
    expect(message).to.contain('an AMI of eu-central-1').and.contain('--include-deprecated --image-ids ami-1');
    expect(requests).to.have.length(1);
  });

  it('something that is still in use: by what', async () => {
    answer = (call) => {
      if (call.get('Action') === 'DescribeNetworkInterfaces')
        return {
          body: envelope(
            'DescribeNetworkInterfaces',
            '<networkInterfaceSet><item><networkInterfaceId>eni-7</networkInterfaceId><description>RDS</description></item></networkInterfaceSet>',
          ),
        };
      if (call.get('Action') === 'DescribeSecurityGroups')
        return {
          body: envelope(
            'DescribeSecurityGroups',
            '<securityGroupInfo><item><groupId>sg-2</groupId></item></securityGroupInfo>',
          ),
        };
      return { status: 400, body: failure('DependencyViolation', 'resource sg-1 has a dependent object') };
    };
    const deletion = { action: 'DeleteSecurityGroup', input: { GroupId: 'sg-1' } } as const;
    const { message } = await refusal(writeEc2(open()).command(deletion));
    expect(message).to.contain('a dependent object: used by eni-7 (RDS), the rules of sg-2. ');
    expect(requests.map((call) => call.get('Filter.1.Value.1'))).to.eql([null, 'sg-1', 'sg-1']);
  });

  it('deprecated images are listed, too', async () => {
    answer = () => ({ body: envelope('DescribeImages', '<imagesSet/>') });
    await readEc2(open()).query({ action: 'DescribeImages', filters: { 'image-id': ['ami-1'] } });
    expect(requests[0]?.get('IncludeDeprecated')).to.equal('true');
  });

  const others: readonly [string, number, string, string][] = [
    [
      'a load balancer',
      502,
      '<html><head><title>502 Bad Gateway</title></head><body><hr></body></html>',
      'unreachable',
    ],
    ['a proxy without a word', 503, '', 'unreachable'],
    ['a proxy that forbids it', 403, '<html><body>Forbidden</body></html>', 'refused'],
    ['a page to log in, well-formed', 200, '<html><body>Welcome</body></html>', 'protocol'],
    ['one with an XML declaration', 200, '<?xml version="1.0"?>\n<html><body>Welcome</body></html>', 'protocol'],
  ];
  for (const [who, status, body, expected] of others)
    it(`answered by ${who}: it was not EC2, and nothing follows from it`, async () => {
      answer = () => ({ status, body });
      const { kind, message } = await refusal(readEc2(open()).query({ action: 'DescribeVpcs', filters: {} }));
      expect(kind).to.equal(expected);
      expect(message).to.contain(`NotEc2: the answer is HTTP ${status}`).and.contain('was not EC2');
      expect(requests).to.have.length(status >= 500 ? 2 : 1);
    });

  it('never answers: a time limit', async () => {
    answer = () => 'hang';
    const error = await refusal(
      readEc2(open({ requestTimeoutMs: 300 })).query({ action: 'DescribeInstances', filters: {} }),
    );
    expect(error.kind).to.equal('timeout');
    expect(error.message).to.contain('DescribeInstances');
  });

  it('closing ends the calls in progress', async () => {
    answer = () => 'hang';
    const session = open({ requestTimeoutMs: 600_000 });
    const error = refusal(readEc2(session).query({ action: 'DescribeInstances', filters: {} }));
    await until(() => requests.length > 0);
    await session.close();
    expect((await error).message).to.contain('DescribeInstances');
  });

  it('breaks off, is not there, speaks something else', async () => {
    const query = { action: 'DescribeInstances', filters: {} } as const;
    answer = () => 'reset';
    expect((await refusal(readEc2(open()).query(query))).kind).to.equal('unreachable');
    const nowhere = await refusal(readEc2(open({}, `http://127.0.0.1:${await freePort()}`)).query(query));
    expect(nowhere.kind).to.equal('unreachable');
    expect(nowhere.message).to.contain('ECONNREFUSED').and.contain('spec.aws.endpoint');
    answer = () => ({ body: 'no XML at all' });
    expect((await refusal(readEc2(open()).query(query))).kind).to.equal('protocol');
  });

  it('reports missing credentials, and no part of those it has', async () => {
    const saved = { ...process.env };
    try {
      for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
      Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' });
      const error = await refusal(readEc2(open()).query({ action: 'DescribeInstances', filters: {} }));
      expect(error.kind).to.equal('refused');
      expect(error.message).to.contain('AWS_PROFILE');
    } finally {
      restore(saved);
    }
    answer = () => ({
      status: 401,
      body: failure('AuthFailure', 'AWS was not able to validate the provided access credentials'),
    });
    const error = await refusal(readEc2(open()).query({ action: 'DescribeInstances', filters: {} }));
    expect(error.message).not.to.match(/AKIDEXAMPLE|wJalr/);
  });

  it('loads the SDK at the first call only', async () => {
    const adapter = new URL('../../../../controller/adapters/ec2/ec2.ts', import.meta.url).href;
    const script = `const { createRequire } = await import('node:module');
      const loaded = () => Object.keys(createRequire('/').cache).some((path) => path.includes('client-ec2'));
      const { openEc2, readEc2 } = await import('${adapter}');
      const session = openEc2({ region: 'eu-central-1', endpoint: 'http://127.0.0.1:9' }, { maxAttempts: 1 });
      const before = loaded();
      await readEc2(session).query({ action: 'DescribeInstances', filters: {} }).catch(() => undefined);
      process.stdout.write(before + ' ' + loaded());`;
    expect(await runCommand(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script])).to.equal(
      'false true',
    );
  });
});

function restore(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
}

function envelope(action: string, inner: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>${inner}</${action}Response>`;
}

/** Each instance in a reservation of its own. */
function describeInstances(numbers: readonly number[], next?: string): string {
  const item = (n: number) =>
    `<item><reservationId>r-${n}</reservationId><instancesSet><item><instanceId>i-${n}</instanceId><privateIpAddress>10.0.0.${n}</privateIpAddress><instanceState><code>16</code><name>running</name></instanceState></item></instancesSet></item>`;
  const token = next === undefined ? '' : `<nextToken>${next}</nextToken>`;
  return envelope('DescribeInstances', `<reservationSet>${numbers.map(item).join('')}</reservationSet>${token}`);
}

function failure(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`;
}
