import { expect } from 'chai';
import type { Preparation } from '../../../crds/fleet.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { SystemFacts } from '../../../reconcilers/facts/host/system.ts';
import { present } from '../../../reconcilers/facts/observation.ts';
import { host } from '../../../reconcilers/host/index.ts';
import { actionKey } from '../../../reconcilers/operations/actions.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { run as applyOver, convergedWorld } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';

const fleet = fleetOf(plainFleet);
const debian = { id: 'debian', version: '12', name: 'Debian 12' };
const fresh = {
  'vm.overcommit_memory': '0',
  transparent_hugepage: 'always',
  'net.core.somaxconn': '128',
  'net.ipv4.ip_local_port_range': '32768 60999',
  'net.ipv4.tcp_tw_reuse': '2',
  'net.netfilter.nf_conntrack_max': '65536',
};

/** What is found on a host with these settings, files aside. */
function found(
  on: string,
  settings: Readonly<Record<string, string>>,
  preparation: Partial<Preparation> = {},
  release = debian,
) {
  const cluster = { ...fleet.cluster, preparation: { ...fleet.cluster.preparation, ...preparation } };
  const item = host.items({ ...fleet, cluster }, new Map()).find(({ subject }) => subject === `host/${on}@settings`);
  const seen = { release, settings, files: [] } as unknown as SystemFacts;
  return (item?.diff((() => present(seen)) as FactLookup) ?? []).filter(
    ({ reason }) => reason === 'KernelSettingDiffers',
  );
}
const lines = (...words: Parameters<typeof found>) =>
  found(...words).map(({ field, have, want, remedy }) => `${field}: ${have} -> ${want} (${remedy.by})`);

describe('host: kernel settings', () => {
  it('on a fresh Redis host, are set', () => {
    expect(lines('redis-1', fresh)).to.deep.equal([
      'vm.overcommit_memory: 0 -> 1 (action)',
      'net.netfilter.nf_conntrack_max: 65536 -> 262144 (action)',
      'transparent_hugepage: always -> madvise (action)',
    ]);
    const [first] = found('redis-1', fresh);
    expect(first?.remedy.by === 'action' && JSON.parse(actionKey(first.remedy.actions[0] as never))).to.include({
      operation: 'kernel-setting',
      name: 'vm.overcommit_memory',
      value: '1',
    });
    expect(first?.impacts).to.deep.equal([]);
  });

  it('on a fresh proxy, are set', () => {
    expect(lines('proxy-1', fresh)).to.deep.equal([
      'net.core.somaxconn: 128 -> 4096 (action)',
      'net.ipv4.ip_local_port_range: 32768 60999 -> 10240 65535 (action)',
      'net.ipv4.tcp_tw_reuse: 2 -> 1 (action)',
      'net.netfilter.nf_conntrack_max: 65536 -> 262144 (action)',
    ]);
  });

  it('of an owner who chose more, stay', () => {
    const more = {
      'net.core.somaxconn': '65535',
      'net.ipv4.ip_local_port_range': '1024 65535',
      'net.ipv4.tcp_tw_reuse': '1',
    };
    expect(lines('proxy-1', more)).to.deep.equal([]);
    expect(lines('redis-1', { 'vm.overcommit_memory': '1', transparent_hugepage: 'never' })).to.deep.equal([]);
  });

  it('that are declared, are met exactly, and those that are unmanaged are left', () => {
    const sysctls = { 'net.core.somaxconn': '1024', 'net.ipv4.tcp_tw_reuse': 'unmanaged', 'vm.swappiness': '1' };
    expect(
      lines('proxy-1', { ...fresh, 'net.core.somaxconn': '4096', 'vm.swappiness': '60' }, { sysctls }),
    ).to.deep.equal([
      'net.core.somaxconn: 4096 -> 1024 (action)',
      'net.ipv4.ip_local_port_range: 32768 60999 -> 10240 65535 (action)',
      'net.netfilter.nf_conntrack_max: 65536 -> 262144 (action)',
      'vm.swappiness: 60 -> 1 (action)',
    ]);
    expect(lines('redis-1', { transparent_hugepage: 'always' }, { transparentHugepages: 'unmanaged' })).to.deep.equal(
      [],
    );
  });

  it('are only named in mode check, and not declared on CentOS 6', () => {
    const [first] = found('redis-1', fresh, { mode: 'check' });
    expect(first?.remedy).to.include({ by: 'manual' });
    expect(first?.remedy.by === 'manual' && first.remedy.message).to.match(
      /^set vm\.overcommit_memory to 1 on redis-1 \(not done, .*\); Redis forks to save/,
    );
    expect(found('redis-1', fresh, {}, { id: 'centos', version: '6.10', name: 'CentOS 6' })).to.deep.equal([]);
  });

  it('come back after a boot', async () => {
    const world = await convergedWorld(fleet);
    const seen = () => Object.values(world.hosts).map(({ system }) => system.settings);
    const before = seen();
    expect(before[0]).to.not.deep.equal(undefined);
    for (const one of Object.values(world.hosts)) one.system.settings['vm.overcommit_memory'] = '0';
    await applyOver(fleet, simulate(world));
    expect(seen()).to.deep.equal(before);
  });
});
