import { expect } from 'chai';
import { perform } from '../../../../controller/engine/perform.ts';
import type { Executor } from '../../../../controller/transport/io.ts';
import type { RespReply } from '../../../../reconcilers/facts/fact.ts';
import { endpointOf } from '../../../../reconcilers/facts/redis/redis.ts';
import type { ActionOf } from '../../../../reconcilers/operations/actions.ts';
import { first } from '../../../support/ec2-findings.ts';
import { fixtureFleet } from '../../../support/fixture.ts';
import { tenantOf } from '../../../support/redis/tenant.ts';

const tenant = tenantOf();
const action: ActionOf<'redis-config-set'> = {
  operation: 'redis-config-set',
  endpoint: endpointOf(tenant, first(tenant.members), 6379),
  settings: [
    { name: 'hz', value: '20' },
    { name: 'lfu-log-factor', value: 'abc' },
    { name: 'timeout', value: '300' },
  ],
  together: false,
  masterauth: false,
  rewrite: true,
};

/** The reason with which the step fails, if the server sends these replies. */
async function failure(one: typeof action, replies: readonly RespReply[]): Promise<string> {
  const executor = { sendResp: async () => replies } as unknown as Executor;
  const io = { executor, clock: undefined as never };
  return perform(fixtureFleet, () => ({ reason: 'not needed' }), io, one).then(
    () => 'none',
    (error: Error) => error.message,
  );
}

describe('redis-config-set', () => {
  it('one after the other: the error says which settings took effect', async () => {
    const refusal = { error: 'ERR CONFIG SET failed' };
    expect(await failure(action, ['OK', refusal, 'OK', 'OK'])).to.equal(
      'acme-r1 answered: ERR CONFIG SET failed (refused: lfu-log-factor; in effect: hz, timeout)',
    );
  });

  it('together: none, if one is refused', async () => {
    const refusal = { error: 'ERR CONFIG SET failed' };
    expect(await failure({ ...action, together: true }, [refusal, 'OK'])).to.equal(
      'acme-r1 answered: ERR CONFIG SET failed (refused: hz, lfu-log-factor, timeout; in effect: none)',
    );
  });

  it('does not fail if every reply is OK', async () => {
    expect(await failure(action, ['OK', 'OK', 'OK', 'OK'])).to.equal('none');
  });
});
