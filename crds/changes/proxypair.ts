import { below, type ChangeRow, row } from './change.ts';

/** What a change of each field of a ProxyPair does. */
export const proxyPairChanges: readonly ChangeRow[] = [
  row(
    'refused',
    'metadata.name',
    'its tenants name it: declare the former name again, or a second pair, and move the tenants to it one by one',
  ),
  ...below('spec', [
    row('refused', 'clusterRef', 'its hosts are of this Cluster: declare a pair in the other one'),
    row('operator', 'acceptZoneRisk', 'only what is shown changes'),
    row(
      'refused',
      'hosts[]',
      'a host that is not a proxy of the Cluster. With another proxy, declare its addresses in spec.expose.proxyAddresses of each tenant too: the pair is built there, and the host that left is reported',
    ),
    row(
      'interrupts',
      'vip',
      'every client of its tenants loses the former address, for good, and connects to the new one',
    ),
    row(
      'live',
      'overlay.routeTables[]',
      'the route is created in a table that is added; in one that is left out it stays, and is reported',
    ),
    row(
      'live',
      'publicAddress.create publicAddress.adopt.id publicAddress.adopt.tag.key publicAddress.adopt.tag.value',
      'another address is bound as well; the former one stays until you release it',
    ),
    row(
      'interrupts',
      'vrrp.routerId',
      'keepalived is reloaded; connections stand still for about a second, and are kept',
    ),
    row('live', 'vrrp.advertInterval', 'keepalived is reloaded; the virtual IP does not move'),
  ]),
  ...below('spec.haproxy', [
    row(
      'live',
      'connectTimeout clientTimeout serverTimeout drainTimeout',
      'HAProxy is reloaded; open connections keep what they had, for drainTimeout at most',
    ),
    row('live', 'maxConnections', 'HAProxy is reloaded; below the open connections it has to be accepted'),
  ]),
  ...below('spec.paused', [
    row('operator', 'until reason', 'from the next run on; steps that are under way are finished'),
  ]),
];
