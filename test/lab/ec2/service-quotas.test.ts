import * as quotas from '@aws-sdk/client-service-quotas';
import { expect } from 'chai';
import { EMPTY } from '../../../lab/ec2/state.ts';
import { inject } from '../../../lab/faults/inject.ts';
import { readRequest } from '../../../lab/faults/request.ts';
import { type Api, refusal, serveApi } from '../support/api.ts';

describe('lab: Service Quotas', () => {
  let api: Api;
  let client: quotas.ServiceQuotasClient;
  const clientWith = (secretAccessKey: string) =>
    new quotas.ServiceQuotasClient({
      region: 'lab-1',
      endpoint: api.endpoint,
      credentials: { accessKeyId: 'key', secretAccessKey },
      maxAttempts: 1,
    });
  const get = (QuotaCode: string, ServiceCode = 'ec2') =>
    client.send(new quotas.GetServiceQuotaCommand({ ServiceCode, QuotaCode }));
  const shown = async (code: string, service?: string) => (await get(code, service)).Quota?.Value;
  const fault = (words: string) => inject(api.fleet, readRequest(words.split(' '), []));

  before(async () => {
    api = await serveApi(EMPTY);
    client = clientWith('secret');
  });
  after(() => {
    client.destroy();
    api.end();
  });
  afterEach(() => fault('api-normal'));

  it('shows a quota of a service by its code', async () => {
    const { Quota } = await get('L-1216C47A');
    expect(Quota).to.deep.include({
      QuotaName: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
      Value: 1152,
      ServiceCode: 'ec2',
    });
    expect(await shown('L-F678F1CE', 'vpc')).to.equal(5);
    expect(api.calls.made.get('GetServiceQuota')).to.equal(2);
  });

  it('has no quota of an unknown code, or of another service, and takes no code that is none', async () => {
    for (const [code, service] of [['L-00000000'], ['L-F678F1CE', 'ec2']] as const)
      expect(await refusal(get(code, service))).to.match(/^NoSuchResourceException: /);
    expect(await refusal(get('no code'))).to.match(/^ValidationException: .*'quotaCode'/);
  });

  it('has quotas that are set, each by itself, until they are as usual again', async () => {
    await fault('ec2-quota L-1216C47A 4');
    await fault('ec2-quota L-0263D0A3 0');
    await fault('ec2-quota L-1216C47A 8');
    expect([await shown('L-1216C47A'), await shown('L-0263D0A3')]).to.deep.equal([8, 0]);
    await fault('api-normal');
    expect([await shown('L-1216C47A'), await shown('L-0263D0A3')]).to.deep.equal([1152, 5]);
  });

  it('refuses as the JSON protocol does: without permission, with a wrong signature, and too often', async () => {
    await fault('ec2-refuses GetServiceQuota AccessDeniedException');
    expect(await refusal(get('L-1216C47A'))).to.match(
      /^AccessDeniedException: User: .* is not authorized to perform: servicequotas:GetServiceQuota because/,
    );
    await fault('api-normal');
    await fault('api-throttle');
    expect(await refusal(get('L-1216C47A'))).to.match(/^TooManyRequestsException: /);
    await fault('api-normal');
    const stranger = clientWith('guessed');
    const command = new quotas.GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' });
    expect(await refusal(stranger.send(command))).to.match(/^UnrecognizedClientException: /);
    stranger.destroy();
  });
});
