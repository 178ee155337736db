import { below, type ChangeRow, row } from './change.ts';

const addressing =
  'declare the former value again, or declare a new Tenant, move the data (guide move-the-data.md), and retire this one';

const startsAgain =
  'all members are stopped at once and start again with it, with their data: nobody can read or write for about 30 s, and while data is loaded. It has to be accepted (guide change-the-addressing.md)';

const paused = row('operator', 'until reason', 'from the next run on; steps that are under way are finished');

/** What a change of each field of a Tenant does. */
export const tenantChanges: readonly ChangeRow[] = [
  row(
    'refused',
    'metadata.name',
    'a Tenant cannot be renamed: the name is in its containers, in Sentinel and in HAProxy. Declare the former name again, or a new Tenant with a VLAN and a network of its own, and move the data (guide move-the-data.md)',
  ),
  ...below('spec', [
    row(
      'refused',
      'clusterRef',
      'members do not move between Clusters: declare a new Tenant there, and move the data (guide move-the-data.md)',
    ),
    row('operator', 'acceptZoneRisk', 'only what is shown changes'),
    row('interrupts', 'network.vlan', startsAgain),
    row(
      'live',
      'network.cidr',
      'its prefix, as long as all addresses stay in it. Another network interrupts, with the addresses of the members',
    ),
    row(
      'refused',
      'members[].name',
      `it names the container and the data: ${addressing}. To replace a member, add one and take out the old one`,
    ),
    row(
      'refused',
      'members[].host',
      'as long as the member is on its former host: see the guide add-and-remove-a-tenant.md, "Move a member"',
    ),
    row('interrupts', 'members[].address', startsAgain),
  ]),
  ...below('spec.resources', [
    row('live', 'memory', 'lowered only if the member uses less'),
    row('live', 'cpu', 'at once'),
    row(
      'live',
      'disk',
      'grown while the member runs. A smaller one is refused: declare the former size, or recreate one member after the other',
    ),
  ]),
  ...below('spec.redis', [
    row('interrupts', 'port', startsAgain),
    row('live', 'maxmemory', 'CONFIG SET; what would evict or refuse writes has to be accepted'),
    row('live', 'minReplicasToWrite minReplicasMaxLag', 'CONFIG SET'),
    row('live', 'appendonly', 'CONFIG SET, with the data kept; without any persistence it has to be accepted'),
    row(
      'rolling',
      'config',
      'CONFIG SET while Redis runs; a setting that Redis reads only at its start restarts the replicas, and then the master after a handover: clients cannot write for about a second',
    ),
  ]),
  row(
    'live',
    'spec.auth.passwordFrom.env spec.auth.passwordFrom.file',
    'with the former one as previousPasswordFrom, both are accepted, and no connection is closed. Alone, another password is refused',
  ),
  row(
    'live',
    'spec.auth.previousPasswordFrom.env spec.auth.previousPasswordFrom.file',
    'added: accepted too. Taken out: not accepted any more; open connections stay',
  ),
  ...below('spec.sentinel', [
    row('refused', 'port', `the Sentinels know each other by it: ${addressing}`),
    row('live', 'quorum profile timings.downAfter timings.failoverTimeout timings.parallelSyncs', 'SENTINEL SET'),
    row(
      'live',
      'timings.checkInterval timings.checkFall timings.checkRise',
      'HAProxy is reloaded; connections are kept',
    ),
  ]),
  ...below('spec.expose', [
    row(
      'refused',
      'proxyPairRef',
      'as long as no such pair is declared. With one, the tenant moves to its address: clients connect there, and the former pair serves it no longer',
    ),
    row(
      'interrupts',
      'port',
      'clients of the former port are cut off for good, once HAProxy is reloaded, and connect to the new one',
    ),
    row('live', 'maxConnections', 'HAProxy is reloaded; below the open connections it has to be accepted'),
    row(
      'interrupts',
      'proxyAddresses[]',
      'one proxy after the other; connections through the one with the virtual IP are closed, and clients reconnect, which takes about a second',
    ),
  ]),
  row(
    'operator',
    'spec.maintenance.timezone spec.maintenance.windows[].days[] spec.maintenance.windows[].start spec.maintenance.windows[].duration',
    'from the next run on; steps that are under way are finished',
  ),
  ...below('spec.paused', [paused]),
];
