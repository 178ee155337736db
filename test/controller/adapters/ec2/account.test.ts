import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { expect } from 'chai';
import { type Ec2Session, openEc2, readEc2, writeEc2 } from '../../../../controller/adapters/ec2/ec2.ts';
import { refusal } from '../support/refusal.ts';

type Settings = Partial<Parameters<typeof openEc2>[0]>;

const [ours, theirs] = ['111122223333', '444455556666'];
const role = `arn:aws:iam::${ours}:role/redis-operator`;

/** An endpoint of EC2 and STS that answers as configured, and records the requests and who signed them. */
describe('whose account, against an endpoint of the Query protocol', () => {
  let server: Server;
  let port: number;
  let answers: Readonly<Record<string, string>> = {};
  const calls: { readonly action: string; readonly key: string; readonly call: URLSearchParams }[] = [];
  const sessions: Ec2Session[] = [];
  const environment = { ...process.env };

  before(async () => {
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const call = new URLSearchParams(text);
      const action = call.get('Action') ?? '';
      const key = /Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      calls.push({ action, key, call });
      const body = answers[action] ?? empty(action);
      response.writeHead(body.includes('<Code>') ? 403 : 200, { 'content-type': 'text/xml' }).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    const endpoint = `http://127.0.0.1:${port}`;
    const keys = { AWS_ACCESS_KEY_ID: 'AKIDOWN', AWS_SECRET_ACCESS_KEY: 'wJalrEXAMPLEKEY' };
    Object.assign(process.env, keys, { AWS_ENDPOINT_URL_STS: endpoint });
  });
  after(() => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_ENDPOINT_URL_STS', 'AWS_ACCOUNT_ID'])
      if (environment[name] === undefined) delete process.env[name];
      else process.env[name] = environment[name];
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    answers = {};
    calls.splice(0);
  });
  afterEach(() => Promise.all(sessions.splice(0).map((session) => session.close())));

  const open = (settings: Settings) => {
    const endpoint = `http://127.0.0.1:${port}`;
    const session = openEc2({ region: 'eu-central-1', endpoint, ...settings }, { maxAttempts: 1 });
    sessions.push(session);
    return session;
  };
  const actions = () => calls.map(({ action }) => action);
  const createVpc = { action: 'CreateVpc', input: { CidrBlock: '10.0.0.0/16' } } as const;

  it('refuses the instances of another account, in words', async () => {
    answers = { DescribeInstances: reservationOf(theirs) };
    const error = await refusal(readEc2(open({ accountId: ours })).query({ action: 'DescribeInstances', filters: {} }));
    expect(error.kind).to.equal('refused');
    expect(error.message)
      .to.contain(`the credentials are of account ${theirs}`)
      .and.contain(`spec.aws.accountId is ${ours}`)
      .and.contain('spec.aws.profile');
  });

  it('makes no change where the default group is of another account', async () => {
    answers = { DescribeSecurityGroups: groupOf(theirs) };
    const error = await refusal(writeEc2(open({ accountId: ours })).command(createVpc));
    expect(error.message).to.contain(`of account ${theirs}`);
    expect(actions()).to.deep.equal(['DescribeSecurityGroups']);
  });

  it('asks once before the first change, and never where instances have shown the account', async () => {
    answers = { DescribeSecurityGroups: groupOf(ours), DescribeInstances: reservationOf(ours) };
    const first = writeEc2(open({ accountId: ours }));
    await first.command(createVpc);
    await first.command(createVpc);
    expect(actions()).to.deep.equal(['DescribeSecurityGroups', 'CreateVpc', 'CreateVpc']);
    calls.splice(0);
    const second = open({ accountId: ours });
    await readEc2(second).query({ action: 'DescribeInstances', filters: {} });
    await writeEc2(second).command(createVpc);
    expect(actions()).to.deep.equal(['DescribeInstances', 'CreateVpc']);
  });

  it('believes the credentials where there is no VPC, and else makes no change', async () => {
    const error = await refusal(writeEc2(open({ accountId: ours })).command(createVpc));
    expect(error.message).to.contain('AWS_ACCOUNT_ID');
    expect(actions()).to.not.include('CreateVpc');
    process.env['AWS_ACCOUNT_ID'] = ours;
    await writeEc2(open({ accountId: ours })).command(createVpc);
    expect(actions()).to.include('CreateVpc');
  });

  it('assumes the role with its external id and session name, and signs with its credentials', async () => {
    answers = { AssumeRole: assumedRole };
    const assumeRole = { roleArn: role, externalId: 'platform', sessionName: 'nightly' };
    await readEc2(open({ assumeRole })).query({ action: 'DescribeInstances', filters: {} });
    const [assume, describeCall] = calls;
    expect(Object.fromEntries(assume?.call ?? [])).to.include({
      Action: 'AssumeRole',
      RoleArn: role,
      ExternalId: 'platform',
      RoleSessionName: 'nightly',
    });
    expect([assume?.key, describeCall?.key]).to.deep.equal(['AKIDOWN', 'AKIDROLE']);
  });

  it('says what to do where the role cannot be assumed', async () => {
    answers = { AssumeRole: denial };
    const assumeRole = { roleArn: role, externalId: undefined, sessionName: 'nightly' };
    const read = readEc2(open({ assumeRole }));
    const error = await refusal(read.query({ action: 'DescribeInstances', filters: {} }));
    expect(error.kind).to.equal('refused');
    expect(error.message)
      .to.contain(`STS AssumeRole of ${role}: AccessDenied`)
      .and.contain('trust policy')
      .and.not.contain('wJalrEXAMPLEKEY');
  });

  it('says so where the profile does not exist', async () => {
    const read = readEc2(open({ profile: 'no-such-profile' }));
    const error = await refusal(read.query({ action: 'DescribeInstances', filters: {} }));
    expect(error.message).to.contain('AWS profile no-such-profile').and.contain('spec.aws.profile');
    expect(calls).to.deep.equal([]);
  });
});

function empty(action: string): string {
  return `<${action}Response><requestId>r</requestId></${action}Response>`;
}

function reservationOf(owner: string): string {
  return `<DescribeInstancesResponse><reservationSet><item><ownerId>${owner}</ownerId><instancesSet><item><instanceId>i-1</instanceId></item></instancesSet></item></reservationSet></DescribeInstancesResponse>`;
}

function groupOf(owner: string): string {
  return `<DescribeSecurityGroupsResponse><securityGroupInfo><item><ownerId>${owner}</ownerId><groupName>default</groupName></item></securityGroupInfo></DescribeSecurityGroupsResponse>`;
}

const assumedRole = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::${ours}:assumed-role/redis-operator/nightly</Arn><AssumedRoleId>AROA:nightly</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>other</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

const denial = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: x is not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>`;
