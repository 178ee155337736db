import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { expect } from 'chai';
import { dryRunEc2 } from '../../../../controller/adapters/ec2/dry-run.ts';
import { type Ec2Session, openEc2 } from '../../../../controller/adapters/ec2/ec2.ts';
import { refusal } from '../support/refusal.ts';

describe('dry runs, against an endpoint of the Query protocol', () => {
  let server: Server;
  let session: Ec2Session;
  let code: string | undefined;
  const calls: URLSearchParams[] = [];
  const environment = { ...process.env };
  const command = { action: 'CreateVpc', input: { CidrBlock: '10.0.0.0/16' } } as const;

  before(async () => {
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      calls.push(new URLSearchParams(text));
      const error = `<Response><Errors><Error><Code>${code}</Code><Message>words of EC2${code?.startsWith('Un') ? ' Encoded authorization failure message: AbC' : ''}</Message></Error></Errors></Response>`;
      response.writeHead(code ? 412 : 200, { 'content-type': 'text/xml' }).end(code ? error : '<CreateVpcResponse/>');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrEXAMPLEKEY' });
    session = openEc2({ region: 'eu-central-1', endpoint: `http://127.0.0.1:${port}` }, { maxAttempts: 1 });
  });
  after(async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
      if (environment[name] === undefined) delete process.env[name];
      else process.env[name] = environment[name];
    await session.close();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => void calls.splice(0));

  it('are allowed or denied by the error that EC2 answers, and always say that they are dry', async () => {
    code = 'DryRunOperation';
    expect(await dryRunEc2(session)(command)).to.deep.equal({ result: 'allowed', message: 'words of EC2' });
    code = 'UnauthorizedOperation';
    expect(await dryRunEc2(session)(command)).to.deep.equal({ result: 'denied', message: 'words of EC2' });
    expect(calls.map((call) => call.get('DryRun'))).to.deep.equal(['true', 'true']);
  });

  it('are never made of an action that would be carried out', async () => {
    const assign = { action: 'AssignPrivateIpAddresses', input: { NetworkInterfaceId: 'eni-1' } } as const;
    const modify = { action: 'ModifyVpcAttribute', input: { VpcId: 'vpc-1' } } as const;
    for (const one of [assign, modify]) expect((await dryRunEc2(session)(one)).result).to.equal('not-tried');
    expect(calls).to.deep.equal([]);
  });

  it('that end otherwise are errors', async () => {
    code = 'VpcLimitExceeded';
    expect((await refusal(dryRunEc2(session)(command))).message).to.contain('VpcLimitExceeded');
    code = undefined;
    expect((await refusal(dryRunEc2(session)(command))).message).to.contain('does not know DryRun');
  });
});
