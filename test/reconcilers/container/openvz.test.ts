import { expect } from 'chai';
import { desiredMembers } from '../../../reconcilers/container/desired.ts';
import { openvz } from '../../../reconcilers/container/runtimes/openvz.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import type { ContainerFacts, MemberFolder } from '../../../reconcilers/facts/container/container-facts.ts';
import type { FileFacts } from '../../../reconcilers/facts/host/files.ts';
import { absent, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { digest } from '../../../renderers/lib/text.ts';
import { vznetConf, vznetHook } from '../../../renderers/openvz/vznet.ts';
import { bridgeWith, findingsIn, folder, fleet as lxcFleet, now, port, remedyText, type World } from './world.ts';

const { cluster } = lxcFleet;
const fleet = { ...lxcFleet, cluster: { ...cluster, runtime: { ...cluster.runtime, type: 'openvz' as const } } };
const found = desiredMembers(fleet).find((one) => one.container.name === 'acme-r1')?.container;
if (!found) throw new Error('the quickstart has no acme-r1');
const member = found;

/** As vzctl writes it: 256 MiB, no swap, half a CPU. */
const settings = {
  VE_PRIVATE: `${member.folder}/private`,
  PHYSPAGES: '0:65536',
  SWAPPAGES: '0:0',
  NUMPROC: '512:512',
  CPULIMIT: '50',
  CPUUNITS: '1000',
  NAME: 'acme-r1',
  HOSTNAME: 'acme-r1',
  ONBOOT: 'yes',
  DISABLED: 'no',
  NETIF: 'ifname=eth0,mac=02:00:0A:65:00:0B,host_ifname=ct101,host_mac=FE:FF:FF:FF:FF:FF',
};

const facts: ContainerFacts = {
  id: '10101',
  name: 'acme-r1',
  mark: { cluster: 'quickstart', tenant: 'acme', member: 'r1', vlan: 101, address: '10.101.0.11' },
  state: 'RUNNING',
  pid: 4711,
  digests: Object.fromEntries(openvz.files(member).map((file) => [file.path, digest(file.content)])),
  modes: Object.fromEntries(openvz.files(member).map((file) => [file.path, '755'])),
  loaded: openvz.boot(member),
  mtu: 8955,
  limits: { ...member.limits, swap: false, memoryUsedBytes: 50_000_000 },
  settings,
};

const here = (containers: readonly ContainerFacts[], folders: readonly MemberFolder[] = [folder], vznet = '') =>
  present({ containers, folders, pendingDeletions: [], now, vznet });

const findings = (change: Partial<World>, subject = 'container/acme-r1') =>
  findingsIn(subject, { here: here([facts]), others: here([], []), ...change }, fleet);

/** `Reason field: have: remedy`, an action by its operations and what they set. */
function short({ reason, field, have, remedy }: Finding): string {
  if (remedy.by !== 'action') return `${reason} ${field}: ${have}: ${remedyText(remedy)}`;
  const operations = remedy.actions.map((action) =>
    action.operation === 'container-settings'
      ? `set ${action.settings.map(([option]) => option).join(' ')}`
      : action.operation,
  );
  return `${reason} ${field}: ${have}: ${operations.join(', ')}`;
}

describe('container of OpenVZ', () => {
  const changed = (change: Partial<typeof settings>) => here([{ ...facts, settings: { ...settings, ...change } }]);
  const all = 'set name hostname onboot disabled cpuunits netif_add ram swap numproc cpulimit';
  const limits = 'set ram swap numproc cpulimit';
  const retired = { ...folder, retired: { since: now, vlan: 101, address: '10.101.0.11' } };
  const cases: readonly (readonly [string, Partial<World>, readonly string[]])[] = [
    ['as declared', {}, []],
    ['the same values written differently', { here: changed({ PHYSPAGES: '256M:256M', SWAPPAGES: '0' }) }, []],
    ['a MAC in lower case', { here: changed({ NETIF: settings.NETIF.toLowerCase() }) }, []],
    [
      'another memory size in the file',
      { here: changed({ PHYSPAGES: '0:24576' }) },
      ['ContainerSettingDiffers PHYSPAGES: 24576: set ram'],
    ],
    [
      'unlimited in the file',
      { here: changed({ NUMPROC: 'unlimited' }) },
      ['ContainerSettingDiffers NUMPROC: Infinity: set numproc'],
    ],
    [
      'several parameters, in one operation',
      { here: changed({ CPULIMIT: '20', HOSTNAME: 'x' }) },
      [
        'ContainerSettingDiffers HOSTNAME: x: set hostname cpulimit',
        'ContainerSettingDiffers CPULIMIT: 20: set hostname cpulimit',
      ],
    ],
    [
      'it would not start at boot',
      { here: changed({ ONBOOT: 'no' }) },
      ['ContainerSettingDiffers ONBOOT: no: set onboot'],
    ],
    ['it is disabled', { here: changed({ DISABLED: 'yes' }) }, ['ContainerSettingDiffers DISABLED: yes: set disabled']],
    ['no network device', { here: changed({ NETIF: '' }) }, ['ContainerSettingDiffers NETIF: none: set netif_add']],
    [
      'a second network device',
      { here: changed({ NETIF: `${settings.NETIF};ifname=eth1,mac=a,host_ifname=b,host_mac=c` }) },
      [
        `ContainerSettingDiffers NETIF: eth0 ct101 02:00:0A:65:00:0B FE:FF:FF:FF:FF:FF, eth1 b A C: set netif_del netif_add`,
      ],
    ],
    [
      'limits removed on the running container',
      { here: here([{ ...facts, limits: { ...member.limits, swap: true, memoryUsedBytes: 1 } }]) },
      [`ContainerLimitDiffers swap: on: ${limits}`],
    ],
    [
      'a limit below what it uses is not set, and delays nothing else',
      {
        here: here([
          {
            ...facts,
            limits: { ...member.limits, memoryBytes: 2 ** 30, swap: false, memoryUsedBytes: 2 ** 29 },
            settings: { ...settings, PHYSPAGES: '0:262144', ONBOOT: 'no' },
          },
        ]),
      },
      [
        'ContainerSettingDiffers ONBOOT: no: set onboot',
        'ContainerLimitBelowUsage PHYSPAGES: 262144: manual',
        'ContainerLimitBelowUsage memory limit: 1073741824: manual',
      ],
    ],
    [
      'stopped',
      { here: here([{ ...facts, state: 'STOPPED', limits: undefined }]) },
      ['NotRunning state: STOPPED: container-run'],
    ],
    [
      'stopped, with a wrong parameter: that is corrected first',
      { here: here([{ ...facts, state: 'STOPPED', limits: undefined, settings: { ...settings, NETIF: '' } }]) },
      ['ContainerSettingDiffers NETIF: none: set netif_add', 'NotRunning state: STOPPED: settling'],
    ],
    [
      'suspended',
      { here: here([{ ...facts, state: 'FROZEN', limits: undefined }]) },
      ['ContainerFrozen state: FROZEN: manual'],
    ],
    [
      'its number belongs to a foreign container',
      { here: here([{ ...facts, mark: undefined }]) },
      ['ForeignOwner owner: none: manual'],
    ],
    [
      'its name belongs to a foreign container',
      { here: here([{ ...facts, id: '777', mark: undefined }]) },
      ['ForeignOwner owner: none: manual'],
    ],
    [
      'its marker under another number',
      { here: here([{ ...facts, id: '777' }]) },
      ['ContainerDuplicate container: 777: manual'],
    ],
    [
      'a small disk',
      { here: here([facts], [{ ...folder, imageBytes: 2 ** 29 }]) },
      ['ContainerDiskTooSmall disk: 536870912: set diskspace'],
    ],
    [
      'its disk is missing',
      { here: here([facts], [{ ...folder, imageBytes: undefined }]) },
      ['ContainerDiskMissing disk: absent: manual'],
    ],
    ['nothing exists', { here: here([], []) }, ['Missing container: absent: container-create']],
    [
      'OpenVZ does not know it',
      { here: here([]) },
      [`ContainerUnregistered container: unregistered: write-files, ${all}`],
    ],
    [
      'retired, and declared again',
      { here: here([], [retired]) },
      [`ContainerUnregistered container: retired: member-restore, write-files, ${all}`],
    ],
    [
      'a directory without an OpenVZ disk: it was created with another runtime',
      { here: here([], [{ ...folder, imageBytes: undefined }]) },
      ['ContainerRuntimeDiffers container: unregistered: manual'],
    ],
    ['the directory is missing', { here: here([facts], []) }, ['ContainerDirectoryMissing directory: absent: manual']],
    [
      'OpenVZ is not installed',
      { here: absent },
      ['PackagesMissing container runtime: absent: dependency host/redis-1@system'],
    ],
    [
      'vzlist printed nothing',
      { here: unknown('exit 1: vzlist printed nothing') },
      ['NotObserved container: unknown: unknown'],
    ],
    [
      'not attached to Open vSwitch',
      { ovs: bridgeWith([]) },
      ['ContainerPortMissing Port ct101: absent: container-attach'],
    ],
    [
      'black-holed',
      { ovs: bridgeWith([{ ...port, marks: { ...port.marks, 'ec2-redis-operator/ifindex': '6' } }]) },
      ['ContainerPortStale Port ct101 ifindex: 6: container-attach'],
    ],
  ];
  for (const [why, change, expected] of cases)
    it(why, () => expect(findings(change).map(short)).to.deep.equal(expected));

  it('each VLAN has its own number, above the reserved ones', () => {
    const ids = desiredMembers(fleet).map(({ container }) => `${container.name} ${container.id}`);
    expect(ids).to.include.members(['acme-r1 10101', 'acme-r2 10101', 'globex-r1 10102']);
  });

  it('a member of a Tenant that is no longer declared is retired by its number', () => {
    const left = { ...fleet, tenants: fleet.tenants.filter(({ name }) => name !== 'acme') };
    const [finding] = findingsIn('container/redis-1@autostart', { here: here([facts]), units: vz(true) }, left);
    expect(finding?.remedy.by === 'info' && finding.remedy.prune).to.deep.nested.include({
      'actions[0].operation': 'member-retire',
      'actions[0].ctid': '10101',
    });
  });
});

const vz = (enabled: boolean) =>
  present([{ unit: 'vz.service', loaded: true, active: 'active', enabled, needsDaemonReload: false }]);

describe('a host of OpenVZ', () => {
  const file = (path: string, mode: string, content: ReturnType<typeof vznetConf>): FileFacts => {
    return { path, mode, owner: 'root', sha256: digest(content) };
  };
  const conf = file('/etc/vz/vznet.conf', '644', vznetConf());
  const hook = file('/etc/ec2-redis-operator/openvz/vznet', '755', vznetHook());
  const network = 'container/redis-1@network';
  const boot = 'container/redis-1@autostart';
  const none = here([], []);
  const foreign = { files: present([hook]), here: here([], [], '/usr/local/bin/theirs') };
  const cases: readonly (readonly [string, string, Partial<World>, readonly string[]])[] = [
    ['its hook is in place', network, { files: present([conf, hook]), here: none }, []],
    [
      'no hook',
      network,
      { files: present([]), here: none },
      [`FileDiffers ${hook.path}: absent: write-files`, `FileDiffers ${conf.path}: absent: write-files`],
    ],
    [
      'no hook, and members that another runtime made',
      network,
      { files: present([]), here: here([], [{ ...folder, imageBytes: undefined }]) },
      ['ContainerRuntimeDiffers runtime of its members: another: manual'],
    ],
    [
      'no hook, and the directory of a retired member without a disk',
      network,
      { files: present([]), here: here([], [{ ...folder, name: 'gone-r1', imageBytes: undefined }]) },
      [`FileDiffers ${hook.path}: absent: write-files`, `FileDiffers ${conf.path}: absent: write-files`],
    ],
    [
      'the script that the package names is replaced',
      network,
      { files: present([hook]), here: here([], [], '/usr/sbin/vznetaddbr') },
      [`FileDiffers ${conf.path}: absent: write-files`],
    ],
    ['a foreign script', network, foreign, ['NetworkHookForeign EXTERNAL_SCRIPT: /usr/local/bin/theirs: manual']],
    ['files not observed', network, { files: unknown('timeout') }, ['NotObserved network hook: unknown: unknown']],
    ['it starts containers at boot', boot, { units: vz(true), here: none }, []],
    [
      'it does not start containers at boot',
      boot,
      { units: vz(false), here: none },
      ['NotEnabled vz.service: not enabled: manual'],
    ],
    ['it has no such service', boot, { units: present([]), here: none }, ['NotEnabled vz.service: absent: manual']],
    [
      'vzctl is not installed yet',
      boot,
      { units: present([]), here: { state: 'absent' } },
      ['PackagesMissing vz.service: absent: dependency host/redis-1@system'],
    ],
    ['units not observed', boot, { units: unknown('t'), here: none }, ['NotObserved vz.service: unknown: unknown']],
  ];
  for (const [why, subject, change, expected] of cases)
    it(why, () => expect(findings(change, subject).map(short)).to.deep.equal(expected));
});
