import { expect } from 'chai';
import { type Ec2Session, openEc2 } from '../../../../controller/adapters/ec2/ec2.ts';
import { readQuotas } from '../../../../controller/adapters/ec2/quotas.ts';
import { EMPTY } from '../../../../lab/ec2/state.ts';
import { inject } from '../../../../lab/faults/inject.ts';
import { readRequest } from '../../../../lab/faults/request.ts';
import { vcpuQuota } from '../../../../reconcilers/shared/ec2-answers/quotas.ts';
import { type Api, serveApi } from '../../../lab/support/api.ts';
import { refusal } from '../support/refusal.ts';

describe('quotas, as Service Quotas has them', () => {
  let api: Api;
  let session: Ec2Session;
  const ours = {
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_SERVICE_QUOTAS: '',
  };
  const former = Object.fromEntries(Object.keys(ours).map((name) => [name, process.env[name]]));
  const fault = (words: string) => inject(api.fleet, readRequest(words.split(' '), []));

  before(async () => {
    api = await serveApi(EMPTY);
    Object.assign(process.env, ours, { AWS_ENDPOINT_URL_SERVICE_QUOTAS: api.endpoint });
    // Another endpoint of EC2 is not one of Service Quotas.
    session = openEc2({
      region: 'lab-1',
      endpoint: 'http://127.0.0.1:9',
      statementsFor: (action) => (action === 'servicequotas:GetServiceQuota' ? ['ReadQuotas'] : []),
    });
  });
  after(async () => {
    for (const [name, value] of Object.entries(former))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    await session.close();
    api.end();
  });

  it('are read with the credentials of the session, and counted among its calls', async () => {
    await fault('ec2-quota L-1216C47A 4');
    expect(await readQuotas(session)(vcpuQuota('m5.large'))).to.equal(4);
    expect(session.counters.get('GetServiceQuota')?.calls).to.equal(1);
  });

  it('without permission: the statement that is missing', async () => {
    await fault('ec2-refuses GetServiceQuota AccessDeniedException');
    const { kind, message } = await refusal(readQuotas(session)(vcpuQuota('m5.large')));
    expect(kind).to.equal('refused');
    expect(message).to.match(/^Service Quotas GetServiceQuota: AccessDeniedException: .*its statement ReadQuotas/);
    await fault('api-normal');
  });

  it('of a code that it does not have', async () => {
    const unheard = { service: 'ec2', code: 'L-00000000', name: 'none' };
    expect((await refusal(readQuotas(session)(unheard))).message).to.match(/NoSuchResourceException.*has no value/);
  });
});
