import { expect } from 'chai';
import { releaseOf } from '../../../reconcilers/facts/host/system/release.ts';
import { requirementsOf, systemOf } from '../../../reconcilers/host/systems/index.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';

/** The lines of /etc/os-release and /etc/redhat-release that count, as each system has them. */
const releases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'debian-12': { 'os-id': 'debian', 'os-version': '"12"', 'os-name': '"Debian GNU/Linux 12 (bookworm)"' },
  'debian-13': { 'os-id': 'debian', 'os-version': '"13"', 'os-name': '"Debian GNU/Linux 13 (trixie)"' },
  'ubuntu-22.04': { 'os-id': 'ubuntu', 'os-version': '"22.04"', 'os-name': '"Ubuntu 22.04.4 LTS"' },
  'ubuntu-24.04': { 'os-id': 'ubuntu', 'os-version': '"24.04"', 'os-name': '"Ubuntu 24.04 LTS"' },
  'rocky-9': {
    'os-id': '"rocky"',
    'os-version': '"9.6"',
    'os-name': '"Rocky Linux 9.6 (Blue Onyx)"',
    redhat: 'Rocky Linux release 9.6 (Blue Onyx)',
  },
  'amazon-linux-2023': { 'os-id': '"amzn"', 'os-version': '"2023"', 'os-name': '"Amazon Linux 2023.12.20260930"' },
};

describe('operating systems', () => {
  const { cluster } = fleetOf(plainFleet);
  for (const [name, lines] of Object.entries(releases))
    it(`${name} is known by its release files, for both roles`, () => {
      const system = systemOf(releaseOf((word) => [lines[word] ?? []].flat()));
      expect(system?.name).to.equal(name);
      if (!system) return;
      for (const host of cluster.hosts) {
        const programs = (requirementsOf(system, host, cluster) ?? []).flatMap((one) => one.programs);
        expect(programs).to.include.members(['ovs-vsctl', host.role === 'proxy' ? 'keepalived' : 'lxc-start']);
      }
    });

  it('the first Redis host builds the template, on Debian and Ubuntu only', () => {
    const building = fleetOf({ ...plainFleet, template: 'built' }).cluster;
    const programsOn = (name: string) =>
      Object.values(releases).map((lines) => {
        const system = systemOf(releaseOf((word) => [lines[word] ?? []].flat()));
        const host = building.hosts.find((one) => one.name === name);
        const requirements = system && host && requirementsOf(system, host, building);
        return requirements?.flatMap((one) => one.programs).includes('mmdebstrap');
      });
    expect(programsOn('redis-1')).to.deep.equal([true, true, true, true, undefined, undefined]);
    expect(programsOn('redis-2')).to.deep.equal([false, false, false, false, false, false]);
  });

  it('a later version with the same beginning is not taken for it', () => {
    for (const [id, version] of [
      ['debian', '130'],
      ['rocky', '90.1'],
      ['ubuntu', '22.10'],
      ['amzn', '2'],
    ] as const)
      expect(systemOf({ id, version, name: '' }), `${id} ${version}`).to.equal(undefined);
  });
});
