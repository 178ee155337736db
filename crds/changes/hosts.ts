import { below, type ChangeRow, row } from './change.ts';

const login = 'user port identity.file identity.agent';
const machine = (parent: string): readonly ChangeRow[] =>
  below(parent, [
    row('at creation', 'type', 'another type needs a stop of the instance; plan prints the commands'),
    row('at creation', 'image keyName', 'for new instances'),
    row(
      'at creation',
      'instanceProfile instanceProfileRole',
      'for new instances; that of a running one is reported if it lacks what is needed',
    ),
    row(
      'at creation',
      'enhancedNetworking',
      '`sriov` needs one stop of the instance, and is not turned off again; the others are checked',
    ),
    row(
      'at creation',
      ['size', 'type', 'encrypted', 'kmsKey', 'iops', 'throughput'].map((one) => `rootVolume.${one}`).join(' '),
      'for new instances; the difference is shown',
    ),
    row(
      'live',
      'dataVolume.size dataVolume.type dataVolume.iops dataVolume.throughput',
      'EC2 changes the volume while it is in use, and the file system grows with it; a smaller size is refused',
    ),
    row('at creation', 'dataVolume.encrypted dataVolume.kmsKey', 'for new volumes; the difference is shown'),
    row('live', 'terminationProtection', 'set in EC2'),
  ]);

/** What a change of each field of spec.ssh, spec.hosts and spec.instances of a Cluster does. */
export const hostChanges: readonly ChangeRow[] = [
  ...['spec.ssh', 'spec.ssh.roles.redis', 'spec.ssh.roles.proxy', 'spec.hosts[].ssh'].flatMap((parent) =>
    below(parent, [
      row('operator', login, 'a watch reconnects; if a host refuses the login, nothing is changed on it'),
    ]),
  ),
  ...below('spec.ssh', [
    row(
      'operator',
      `reach knownHosts hostKeys connectTimeout commandTimeout jump.address jump.host ${login
        .split(' ')
        .map((one) => `jump.${one}`)
        .join(' ')}`,
      'a watch reconnects; hosts that cannot be reached so are not changed',
    ),
  ]),
  ...below('spec.hosts[]', [
    row(
      'refused',
      'name',
      'members and pairs name the host: declare the former name again, or add a host, and move its members to it',
    ),
    row('refused', 'role', 'a host with members or addresses of a pair keeps its role: add a host with the other role'),
    row(
      'refused',
      'adopt.instanceId adopt.tag.key adopt.tag.value',
      'an instance that is found is used; if none is found, nothing is created: correct it, or see the guide for replacing a host',
    ),
    row(
      'refused',
      'create.subnet create.address',
      'a primary address is permanent: declare the former one again, or add a host, and move its members to it',
    ),
  ]),
  ...machine('spec.hosts[].create'),
  ...machine('spec.instances'),
  row(
    'at creation',
    'spec.instances.placementGroup',
    'for new instances; hosts that exist are shown with the way to move them',
  ),
];
