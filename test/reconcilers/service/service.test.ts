import { expect } from 'chai';
import { loadDocuments } from '../../../crds/load/load.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { Link } from '../../../reconcilers/facts/host/links.ts';
import { denied, type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { FactRequest } from '../../../reconcilers/facts/requests.ts';
import type { ServiceFacts } from '../../../reconcilers/facts/service/service.ts';
import { service as fact } from '../../../reconcilers/facts/service/service.ts';
import { service } from '../../../reconcilers/service/index.ts';
import { quickstart } from '../../support/quickstart.ts';
import { brief } from '../../support/redis/healthy.ts';

const [fleet] = loadDocuments(quickstart(), 'ignore').fleets;
if (!fleet) throw new Error('the quickstart does not load');

/** What is observed: proxy-1 has the virtual address, and admits r1. */
interface Seen {
  /** From proxy-1 and proxy-2. */
  readonly views?: readonly Observation<ServiceFacts>[];
  readonly admitted?: number;
  readonly holder?: string | undefined;
  /** Since VRRP changed its state. */
  readonly seconds?: number;
  readonly sessions?: number;
  /** Rules of the firewall of proxy-1, for what it receives. */
  readonly rules?: readonly string[];
}

function findingsIn(seen: Seen) {
  const { views = [], admitted = 1, holder = 'proxy-1', seconds = 1000, sessions = 3 } = seen;
  const lookup = ((request: FactRequest): Observation<unknown> => {
    if (request.fact === 'service')
      return views[request.endpoint.through[0] === 'proxy-1' ? 0 : 1] ?? unknown('cut off');
    if (request.fact === 'links')
      return present([
        { name: 'eth0', addresses: request.host === holder ? ['10.80.1.100/24'] : [] } as unknown as Link,
      ]);
    if (request.fact === 'keepalived') return present({ vrrp: { state: 'MASTER', forSeconds: seconds } });
    if (request.fact === 'firewall')
      return present([
        { table: 'inet filter', name: 'input', hook: 'input', policy: 'accept', rules: seen.rules ?? [] },
      ]);
    if (request.fact !== 'haproxy') return unknown('not requested in this test');
    const servers = ['r1', 'r2', 'r3'].map((name, index) => ({ name, up: index < admitted, sinceSeconds: 1000 }));
    return present({ process: { uptimeSeconds: 1000, tenants: [{ tenant: 'acme', sessions, servers }] } });
  }) as FactLookup;
  const item = service
    .items(fleet as NonNullable<typeof fleet>, new Map())
    .find(({ subject }) => subject === 'service/acme');
  if (!item) throw new Error('no item');
  return item.diff(lookup);
}

const both = (outcome: ServiceFacts['outcome'], words = '') => {
  const seen = words
    ? fact.read([{ error: words }], {} as Parameters<typeof fact.read>[1])
    : present({ outcome, words });
  return [seen, seen];
};
const one = (name: string, remedy: string) => [`service/acme write through 10.80.1.100:6379: ${name}, ${remedy}`];

const rows: readonly (readonly [name: string, seen: Seen, want: readonly string[]])[] = [
  ['can write', { views: both('writable') }, []],
  ['the memory is full', { views: both('refused', 'OOM command not allowed') }, one('WritesRefused', 'manual')],
  ['cannot save', { views: both('refused', 'MISCONF Errors writing') }, one('WritesRefused', 'manual')],
  ['no replica', { views: both('refused', 'NOREPLICAS Not enough') }, one('WritesRefused', 'depends on redis/acme')],
  ['a failover a moment ago', { views: both('refused', 'READONLY You'), seconds: 3 }, one('WritesRefused', 'settling')],
  ['a replica is admitted, and stays', { views: both('refused', 'READONLY You') }, one('WritesRefused', 'manual')],
  ['maxclients', { views: both('refused', 'ERR max number of clients reached') }, one('ConnectionLimit', 'manual')],
  [
    'no master is admitted',
    { views: both('lost'), admitted: 0 },
    one('ConnectionClosed', 'depends on haproxy/proxy-1:acme'),
  ],
  ['HAProxy is at its limit', { views: both('lost'), sessions: 100_000 }, one('ConnectionLimit', 'manual')],
  ['HAProxy closes', { views: both('lost') }, one('ConnectionClosed', 'manual')],
  [
    'nobody has the address',
    { views: both('no-connection'), holder: 'none' },
    one('NoConnection', 'depends on vip/front'),
  ],
  ['nothing listens', { views: both('no-connection') }, one('NoConnection', 'manual')],
  [
    'a firewall on the holder',
    { views: [present({ outcome: 'writable', words: '' }), present({ outcome: 'no-connection', words: 'timed out' })] },
    one('PortBlocked', 'manual'),
  ],
  ['slow', { views: both('no-reply') }, one('Slow', 'settling')],
  [
    'the declared password is refused: clients may have another one',
    { views: [denied('WRONGPASS', 'password'), denied('WRONGPASS', 'password')] },
    one('PasswordDiffers', 'depends on redis/acme'),
  ],
  ['not observed', {}, one('NotObserved', 'unknown')],
];

describe('the service of a tenant', () => {
  for (const [name, seen, want] of rows) it(name, () => expect(findingsIn(seen).map(brief)).to.deep.equal(want));

  it('the server names the cause, and the finding says what to do', () => {
    const [finding] = findingsIn({ views: both('refused', "OOM command not allowed when used memory > 'maxmemory'.") });
    expect(finding?.have).to.equal("from proxy-2: OOM command not allowed when used memory > 'maxmemory'.");
    expect(finding?.impacts).to.deep.equal(['acme']);
    expect(finding?.remedy)
      .to.have.property('message')
      .that.matches(/raise redis\.maxmemory/);
  });

  it('of a port that is dropped, the rule that drops it is named, if it is known', () => {
    const views: Seen['views'] = [
      present({ outcome: 'writable', words: '' }),
      present({ outcome: 'no-connection', words: 'timed out' }),
    ];
    const message = (...rules: readonly string[]) => {
      const remedy = findingsIn({ views, rules })[0]?.remedy;
      return remedy && 'message' in remedy ? remedy.message : '';
    };
    expect(message('tcp dport { 6379, 6380 } drop')).to.contain(
      'proxy-2 does not: `tcp dport { 6379, 6380 } drop` in chain inet filter input of proxy-1 drops it.',
    );
    expect(message('iifname "eth0" tcp dport 6379 reject')).to.contain('of proxy-1 drops it.');
    for (const rules of [[], ['tcp dport 6380 drop'], ['ip saddr @others drop'], ['tcp dport 6379 accept', 'drop']])
      expect(message(...rules)).to.contain('nft list ruleset');
  });

  it('at maxclients, the limit, how many come through HAProxy, and what to do are said', () => {
    const [finding] = findingsIn({ views: both('refused', 'ERR max number of clients reached'), sessions: 57 });
    expect(finding?.remedy)
      .to.have.property('message')
      .that.matches(/allows \(declared: 10000\), 57 of them through HAProxy on proxy-1\. .*ss -tn sport = :6379 /);
  });

  it('at a limit of HAProxy, it is named', () => {
    const remedyAt = (sessions: number) => findingsIn({ views: both('lost'), sessions })[0]?.remedy;
    expect(remedyAt(5_000))
      .to.have.property('message')
      .that.matches(/^5000 connections of the tenant are open/);
    expect(remedyAt(4_999))
      .to.have.property('message')
      .that.matches(/^HAProxy on proxy-1 takes the connection/);
  });
});
