import { expect } from 'chai';
import type { Keepalived } from '../../../reconcilers/facts/keepalived/keepalived.ts';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { Refusal, ServiceFacts } from '../../../reconcilers/facts/service/service.ts';
import { clientView, failureOf, viewFrom } from '../../../reconcilers/shared/service-view.ts';

const gets = (outcome: ServiceFacts['outcome'], refusal?: Refusal) =>
  present({ outcome, words: '', ...(refusal === undefined ? {} : { refusal }) });
const hidden = unknown('cut off');

/** What proxy-1 and proxy-2 get, which of them have the address or may have it; then whose view counts, and the failure. */
const rows: readonly (readonly [
  name: string,
  views: readonly Observation<ServiceFacts>[],
  holders: readonly string[],
  from: string | undefined,
  failure: string | undefined,
])[] = [
  ['both can write', [gets('writable'), gets('writable')], ['proxy-1'], 'proxy-2', undefined],
  ['a firewall on the holder', [gets('writable'), gets('no-connection')], ['proxy-1'], 'proxy-2', 'PortBlocked'],
  ['nothing listens', [gets('no-connection'), gets('no-connection')], ['proxy-1'], 'proxy-2', 'NoConnection'],
  ['nobody has the address', [gets('no-connection'), gets('no-connection')], [], 'proxy-1', 'NoConnection'],
  ['a holder that cannot reach itself', [gets('no-connection'), gets('writable')], ['proxy-1'], 'proxy-2', undefined],
  ['the other proxy is not seen', [gets('writable'), hidden], ['proxy-1'], 'proxy-1', undefined],
  ['the holder is not seen', [hidden, gets('lost')], ['proxy-1'], 'proxy-2', 'ConnectionClosed'],
  [
    'both have it: the worse one',
    [gets('writable'), gets('lost')],
    ['proxy-1', 'proxy-2'],
    'proxy-2',
    'ConnectionClosed',
  ],
  ['refused', [gets('refused', 'OOM'), gets('refused', 'OOM')], ['proxy-1'], 'proxy-2', 'WritesRefused'],
  [
    'no client is let in any more',
    [gets('refused', 'maxclients'), gets('refused', 'maxclients')],
    ['proxy-1'],
    'proxy-2',
    'ConnectionLimit',
  ],
  ['no reply', [gets('no-reply'), gets('no-reply')], ['proxy-1'], 'proxy-2', 'Slow'],
  ['nothing is seen', [hidden, hidden], ['proxy-1'], undefined, undefined],
];

describe('what the clients of a tenant get', () => {
  for (const [name, service, holders, from, failure] of rows)
    it(name, () => {
      const hosts = ['proxy-1', 'proxy-2'];
      const outside = hosts.filter((host) => !holders.includes(host));
      const observed = { service, hosts, outside, use: undefined };
      expect(clientView(observed)?.host).to.equal(from);
      expect(failureOf(observed)?.reason).to.equal(failure);
    });

  it('a proxy that does not hear the other one, and does not reach it, says nothing about clients', () => {
    const hears = (cause?: string) =>
      present({ yields: cause && { cause, forSeconds: 40, words: '' } } as unknown as Keepalived);
    expect(viewFrom(gets('no-connection'), hears('split')).state).to.equal('unknown');
    expect(viewFrom(gets('writable'), hears('split'))).to.eql(gets('writable'));
    expect(viewFrom(gets('no-connection'), hears())).to.eql(gets('no-connection'));
    expect(viewFrom(gets('no-connection'), hears('move'))).to.eql(gets('no-connection'));
    expect(viewFrom(gets('no-connection'), unknown('cut off'))).to.eql(gets('no-connection'));
  });

  it('at a limit of HAProxy, which closes or resets every further connection: that is the reason', () => {
    for (const outcome of ['lost', 'no-connection'] as const) {
      const service = [gets(outcome), gets(outcome)];
      const use = { host: 'proxy-1', open: 28, reached: { limit: 28, of: 'tenant' } } as const;
      const observed = { service, hosts: ['proxy-1', 'proxy-2'], outside: ['proxy-2'], use };
      expect(failureOf(observed)?.reason).to.equal('ConnectionLimit');
    }
  });
});
