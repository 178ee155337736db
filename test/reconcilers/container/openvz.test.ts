import { expect } from 'chai';
import { desiredMembers } from '../../../reconcilers/container/desired.ts';
import { openvz } from '../../../reconcilers/container/runtimes/openvz.ts';
import type { Drift } from '../../../reconcilers/drift.ts';
import { absent, present, unknown } from '../../../reconcilers/observation.ts';
import type { ContainerFacts, MemberFolder } from '../../../reconcilers/questions/containers.ts';
import type { FileFacts } from '../../../reconcilers/questions/files.ts';
import { digest } from '../../../renderers/text.ts';
import { vznetConf, vznetHook } from '../../../renderers/vznet.ts';
import { bridgeWith, driftOf, folder, fleet as lxcFleet, now, port, type World } from './world.ts';

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
  present({ containers, folders, goners: [], now, vznet });

const drifts = (change: Partial<World>, subject = 'container/acme-r1') =>
  driftOf(subject, { here: here([facts]), others: here([], []), ...change }, fleet);

/** `field: have: remedy`, an action by its verbs and what they set. */
function said({ field, have, remedy }: Drift): string {
  if (remedy.by !== 'action') return `${field}: ${have}: ${remedy.by}`;
  const words = remedy.actions.map((action) =>
    action.verb === 'container-settings' ? `set ${action.settings.map(([option]) => option).join(' ')}` : action.verb,
  );
  return `${field}: ${have}: ${words.join(', ')}`;
}

describe('container of OpenVZ', () => {
  const changed = (change: Partial<typeof settings>) => here([{ ...facts, settings: { ...settings, ...change } }]);
  const all = 'set name hostname onboot disabled cpuunits netif_add ram swap numproc cpulimit';
  const limits = 'set ram swap numproc cpulimit';
  const retired = { ...folder, retired: { since: now, vlan: 101, address: '10.101.0.11' } };
  const cases: readonly (readonly [string, Partial<World>, readonly string[]])[] = [
    ['in order', {}, []],
    ['the same values in other words', { here: changed({ PHYSPAGES: '256M:256M', SWAPPAGES: '0' }) }, []],
    ['a MAC in small letters', { here: changed({ NETIF: settings.NETIF.toLowerCase() }) }, []],
    ['another memory in the file', { here: changed({ PHYSPAGES: '0:24576' }) }, ['PHYSPAGES: 24576: set ram']],
    ['unlimited in the file', { here: changed({ NUMPROC: 'unlimited' }) }, ['NUMPROC: Infinity: set numproc']],
    [
      'several parameters, in one go',
      { here: changed({ CPULIMIT: '20', HOSTNAME: 'x' }) },
      ['HOSTNAME: x: set hostname cpulimit', 'CPULIMIT: 20: set hostname cpulimit'],
    ],
    ['it would not start at boot', { here: changed({ ONBOOT: 'no' }) }, ['ONBOOT: no: set onboot']],
    ['somebody disabled it', { here: changed({ DISABLED: 'yes' }) }, ['DISABLED: yes: set disabled']],
    ['no network device', { here: changed({ NETIF: '' }) }, ['NETIF: none: set netif_add']],
    [
      'a second network device',
      { here: changed({ NETIF: `${settings.NETIF};ifname=eth1,mac=a,host_ifname=b,host_mac=c` }) },
      [`NETIF: eth0 ct101 02:00:0A:65:00:0B FE:FF:FF:FF:FF:FF, eth1 b A C: set netif_del netif_add`],
    ],
    [
      'limits lifted on the running one',
      { here: here([{ ...facts, limits: { ...member.limits, swap: true, memoryUsedBytes: 1 } }]) },
      [`swap: on: ${limits}`],
    ],
    [
      'a limit below what it uses is not set, and nothing else is held up by it',
      {
        here: here([
          {
            ...facts,
            limits: { ...member.limits, memoryBytes: 2 ** 30, swap: false, memoryUsedBytes: 2 ** 29 },
            settings: { ...settings, PHYSPAGES: '0:262144', ONBOOT: 'no' },
          },
        ]),
      },
      ['ONBOOT: no: set onboot', 'PHYSPAGES: 262144: operator', 'memory limit: 1073741824: operator'],
    ],
    ['stopped', { here: here([{ ...facts, state: 'STOPPED', limits: undefined }]) }, ['state: STOPPED: container-run']],
    [
      'stopped, and its parameters come first',
      { here: here([{ ...facts, state: 'STOPPED', limits: undefined, settings: { ...settings, NETIF: '' } }]) },
      ['NETIF: none: set netif_add', 'state: STOPPED: waiting'],
    ],
    ['suspended', { here: here([{ ...facts, state: 'FROZEN', limits: undefined }]) }, ['state: FROZEN: operator']],
    [
      'its number is somebody else’s',
      { here: here([{ ...facts, mark: undefined }]) },
      ['owner: nobody we know: operator'],
    ],
    [
      'its name is somebody else’s',
      { here: here([{ ...facts, id: '777', mark: undefined }]) },
      ['owner: nobody we know: operator'],
    ],
    ['its mark under another number', { here: here([{ ...facts, id: '777' }]) }, ['container: 777: operator']],
    ['a small disk', { here: here([facts], [{ ...folder, imageBytes: 2 ** 29 }]) }, ['disk: 536870912: set diskspace']],
    ['its disk is gone', { here: here([facts], [{ ...folder, imageBytes: undefined }]) }, ['disk: no image: operator']],
    ['nothing there', { here: here([], []) }, ['container: not there: container-create']],
    [
      'OpenVZ forgot it',
      { here: here([]) },
      [`container: its folder is there, OpenVZ does not know it: write-files, ${all}`],
    ],
    [
      'retired, and declared again',
      { here: here([], [retired]) },
      [`container: retired, its data kept: member-restore, write-files, ${all}`],
    ],
    [
      'a folder without a disk of OpenVZ’s: it was another runtime’s',
      { here: here([], [{ ...folder, imageBytes: undefined }]) },
      ['container: its folder is there, OpenVZ does not know it: operator'],
    ],
    ['the folder is gone', { here: here([facts], []) }, ['folder: not there: operator']],
    ['no OpenVZ on the host', { here: absent }, ['container runtime: not installed: waiting']],
    [
      'vzlist that printed nothing',
      { here: unknown('exit 1: vzlist printed nothing') },
      ['container: could not be seen: blind'],
    ],
    ['not in Open vSwitch', { ovs: bridgeWith([]) }, ['Port ct101: not there: container-attach']],
    [
      'black-holed',
      { ovs: bridgeWith([{ ...port, marks: { ...port.marks, 'ec2-redis-operator/ifindex': '6' } }]) },
      ['Port ct101 ifindex: 6: container-attach'],
    ],
  ];
  for (const [why, change, expected] of cases) it(why, () => expect(drifts(change).map(said)).to.deep.equal(expected));

  it('a name of its own for each VLAN, above the reserved numbers', () => {
    const ids = desiredMembers(fleet).map(({ container }) => `${container.name} ${container.id}`);
    expect(ids).to.include.members(['acme-r1 10101', 'acme-r2 10101', 'globex-r1 10102']);
  });

  it('a member of a Tenant that left is retired by its number', () => {
    const left = { ...fleet, tenants: fleet.tenants.filter(({ name }) => name !== 'acme') };
    const [drift] = driftOf('container/redis-1@autostart', { here: here([facts]), units: vz(true) }, left);
    expect(drift?.remedy.by === 'notice' && drift.remedy.prune).to.deep.nested.include({
      'actions[0].verb': 'member-retire',
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
      [`${hook.path}: missing: write-files`, `${conf.path}: missing: write-files`],
    ],
    [
      'what the package names gives way',
      network,
      { files: present([hook]), here: here([], [], '/usr/sbin/vznetaddbr') },
      [`${conf.path}: missing: write-files`],
    ],
    ['a script of somebody else', network, foreign, ['EXTERNAL_SCRIPT: /usr/local/bin/theirs: operator']],
    ['files that were not seen', network, { files: unknown('timeout') }, ['network hook: could not be seen: blind']],
    ['it starts containers at boot', boot, { units: vz(true), here: none }, []],
    ['it does not', boot, { units: vz(false), here: none }, ['vz.service: not enabled: operator']],
    ['it has no such service', boot, { units: present([]), here: none }, ['vz.service: not there: operator']],
    [
      'vzctl is not installed yet',
      boot,
      { units: present([]), here: { state: 'absent' } },
      ['vz.service: not there: waiting'],
    ],
    ['units that were not seen', boot, { units: unknown('t'), here: none }, ['vz.service: could not be seen: blind']],
  ];
  for (const [why, subject, change, expected] of cases)
    it(why, () => expect(drifts(change, subject).map(said)).to.deep.equal(expected));
});
