import { below, type ChangeRow, row } from './change.ts';
import { hostChanges } from './hosts.ts';
import { networkChanges } from './network.ts';

/** What a change of each field of a Cluster does. */
export const clusterChanges: readonly ChangeRow[] = [
  row(
    'refused',
    'metadata.name',
    'everything that it owns is marked with it: declare the former name again, or a new Cluster, and move the data of the tenants (guide move-the-data.md)',
  ),
  ...below('spec.aws', [
    row(
      'live',
      'endpoint',
      'the script with which the proxies move the virtual IP gets it too; the virtual IP does not move',
    ),
    row(
      'refused',
      'region',
      'hosts do not move between regions; with another one they are not found, and nothing is changed. Declare a new Cluster there',
    ),
    row(
      'operator',
      'profile assumeRole.roleArn assumeRole.externalId assumeRole.sessionName',
      'other credentials; if they cannot see the hosts, nothing is changed',
    ),
    row('operator', 'accountId', 'credentials of another account are refused, and nothing is changed'),
    row('live', 'tags', 'added to what this Cluster created; tags that are no longer declared stay'),
  ]),
  ...networkChanges,
  ...hostChanges,
  ...below('spec.mesh', [
    row(
      'rolling',
      'bridge',
      'all ports of a host move to the new bridge at once, one host after the other, the proxy with the virtual IP after the other one; nothing passes for about a tenth of a second, and no container is restarted',
    ),
    row(
      'rolling',
      'datapath',
      'to `system`: one host after the other, in the same way, where the kernel has the module; otherwise nothing is changed on that host. To `netdev`: refused under members that run. Declare the former one again, or a new Cluster, and move the data of the tenants (guide move-the-data.md)',
    ),
    row(
      'live',
      'greKey',
      'both ends of a tunnel accept any key of each other before one of them sends another; a tunnel to a host that does not answer keeps its key',
    ),
    row('live', 'underlayMtu', 'the MTU of the tunnels, ports and members; established connections adapt'),
  ]),
  ...below('spec.runtime', [
    row(
      'refused',
      'type',
      'as long as members exist: declare a new Cluster, and move the data of the tenants (guide move-the-data.md)',
    ),
    row(
      'rolling',
      'template.name template.tarball template.sha256',
      'members are rebuilt on the new template one at a time, with their data, if its engine can read them (see the guide upgrade.md)',
    ),
    row(
      'rolling',
      'template.from.build.suite template.from.build.mirror template.from.build.components[] template.from.build.packages[]',
      'the template is built again, and members are rebuilt on it one at a time',
    ),
    row(
      'rolling',
      'template.from.file template.from.url template.from.s3.bucket template.from.s3.key template.from.s3.region',
      'the tarball is fetched again if its digest differs, and members are rebuilt on it one at a time',
    ),
  ]),
  ...below('spec.preparation', [
    row('operator', 'mode', 'whether what is missing on a host is installed, or reported'),
    row(
      'at creation',
      'versions',
      'for packages that are installed from now on. Another version of an installed one is reported: upgrade it yourself when it suits the tenants',
    ),
    row('live', 'sysctls', 'set at once and at boot'),
    row(
      'operator',
      'transparentHugepages',
      '`unmanaged` leaves them as they are; another value is set at once and at boot',
    ),
    row(
      'live',
      'repositories[].name repositories[].system repositories[].url repositories[].suite repositories[].components[] repositories[].key.url repositories[].key.sha256',
      'its files are written again; installed packages stay',
    ),
  ]),
  row('operator', 'spec.prune.retainFor', 'the data of members that are retired already is kept as long'),
  row(
    'operator',
    'spec.maintenance.timezone spec.maintenance.windows[].days[] spec.maintenance.windows[].start spec.maintenance.windows[].duration',
    'from the next run on; steps that are under way are finished',
  ),
  ...below('spec.paused', [
    row('operator', 'until reason', 'from the next run on; steps that are under way are finished'),
  ]),
];
