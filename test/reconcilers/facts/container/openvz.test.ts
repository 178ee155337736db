import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Containers } from '../../../../reconcilers/facts/container/container-facts.ts';
import { containers } from '../../../../reconcilers/facts/container/containers.ts';
import { pairOf } from '../../../../reconcilers/facts/container/vz-values.ts';

/** A host of the lab: acme-r1 runs, globex-r1 is stopped; plus a foreign container, and the draft of an interrupted creation. */
const captured = readFileSync(new URL('captured/containers-openvz.txt', import.meta.url), 'utf8');
const result = (stdout: string, exit = 0) => ({ exit, stdout, stderr: '', truncated: false });
const read = (stdout: string, exit = 0) => containers.read(result(stdout, exit), { runtime: 'openvz' });

function seen(stdout = captured): Containers {
  const observed = read(stdout);
  if (observed.state !== 'present') throw new Error(JSON.stringify(observed));
  return observed.value;
}

const changed = (from: string | RegExp, to: string) => {
  const text = captured.replace(from, to);
  expect(text).not.to.equal(captured);
  return text;
};

describe('containers of OpenVZ, captured on a host', () => {
  const one = (name: string, value = seen()) => value.containers.find((facts) => facts.name === name);

  it('a running one: its owner, its enforced limits, its MTU, its loaded configuration', () => {
    const { digests, modes, settings, ...rest } = one('acme-r1') ?? {};
    expect(rest).to.deep.equal({
      id: '10101',
      name: 'acme-r1',
      mark: { cluster: 'quickstart', tenant: 'acme', member: 'r1', vlan: 101, address: '10.101.0.11' },
      state: 'RUNNING',
      pid: 922,
      loaded: '7af2ab83edadbde4429709e889e5aa7c37a7aebe651d1fce96bbd6e654bc6ba7',
      mtu: 8955,
      limits: { memoryBytes: 2 ** 28, memoryUsedBytes: 6_737_920, swap: false, cpuMillicores: 500, pids: 512 },
    });
    expect(Object.keys(digests ?? {})).to.include.members([
      '/etc/vz/conf/10101.mount',
      '/etc/vz/conf/10101.umount',
      '/etc/ec2-redis-operator/openvz/ports/ct101',
    ]);
    expect(Object.keys(digests ?? {})).not.to.include('/etc/vz/conf/10102.mount');
    expect(modes?.['/etc/vz/conf/10101.mount']).to.equal('755');
    expect(settings).to.include({ ONBOOT: 'yes', PHYSPAGES: '0:65536' });
  });

  it('a stopped one has no enforced limits; its settings are in its file', () =>
    expect(one('globex-r1')).to.deep.include({
      state: 'STOPPED',
      limits: undefined,
      loaded: undefined,
      mtu: undefined,
    }));

  it('a foreign one is listed as such, whatever its description is', () =>
    expect(one('theirs')).to.deep.include({ id: '777', mark: undefined, state: 'STOPPED' }));

  it('one whose private area is a draft is not listed', () =>
    expect(seen().containers.map(({ id }) => id)).to.have.members(['777', '10101', '10102']));

  it('disks: as large as configured; their file systems as mounted', () => {
    const disks = seen().folders.map(({ name, imageBytes, fileSystemBytes }) => [name, imageBytes, fileSystemBytes]);
    expect(disks).to.deep.equal([
      ['acme-r1', 2 ** 30, 2 ** 30],
      ['globex-r1', 2 ** 30, undefined],
    ]);
  });

  it('a missing disk', () => expect(seen(changed('image acme-r1\n', '')).folders[0]?.imageBytes).to.equal(undefined));

  it('the configured network hook', () => expect(seen().vznet).to.equal('/etc/ec2-redis-operator/openvz/vznet'));

  it('no hook', () => expect(seen(changed(/^vznet .*$/m, 'vznet ')).vznet).to.equal(''));

  it('no limit is read as infinity', () => {
    const text = changed('"limit": 65536', '"limit": 9223372036854775807').replace('"cpulimit": 50', '"cpulimit": 0');
    expect(one('acme-r1', seen(text))?.limits).to.include({
      memoryBytes: Number.POSITIVE_INFINITY,
      cpuMillicores: Number.POSITIVE_INFINITY,
    });
  });

  for (const [word, state] of [
    ['mounted', 'STOPPED'],
    ['suspended', 'FROZEN'],
  ] as const)
    it(`${word} is ${state}`, () =>
      expect(one('acme-r1', seen(changed('"running"', `"${word}"`)))).to.deep.include({ state, limits: undefined }));

  it('one that vzlist does not list has no state', () =>
    expect(one('acme-r1', seen(changed('"ctid": 10101', '"ctid": 10109')))?.state).to.equal(''));

  const unreadable: readonly (readonly [string, string])[] = [
    ['vzlist printed no list', changed(/^vzlist .*$/m, 'vzlist {}')],
    ['vzlist printed no JSON', changed(/^vzlist .*$/m, 'vzlist [{"ctid": 1')],
    ['vzlist printed nothing', changed(/^vzlist .*\n/m, '')],
    ['the listing is incomplete', changed(/end\n$/, '')],
  ];
  for (const [why, text] of unreadable) it(`is unknown: ${why}`, () => expect(read(text).state).to.equal('unknown'));

  it('reports OpenVZ as absent only if the host reports it', () => {
    expect(read('', 44).state).to.equal('absent');
    expect(read('', 1).state).to.equal('unknown');
  });
});

describe('values in the configuration of OpenVZ', () => {
  const cases: readonly (readonly [string, number, readonly [number, number] | undefined])[] = [
    ['0:131072', 4096, [0, 131_072]],
    ['0:512M', 4096, [0, 131_072]],
    ['2G:2.2G', 1024, [2_097_152, 2_306_867]],
    ['2097152:2097152', 1024, [2_097_152, 2_097_152]],
    ['512', 1, [512, 512]],
    ['unlimited', 1, [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]],
    ['0:9223372036854775807', 1, [0, Number.POSITIVE_INFINITY]],
    ['10p', 4096, [10, 10]],
    ['', 1, undefined],
    ['lots', 1, undefined],
    ['1:', 1, undefined],
    ['-1', 1, undefined],
  ];
  for (const [value, unit, expected] of cases)
    it(`'${value}' in units of ${unit}`, () => expect(pairOf(value, unit)).to.deep.equal(expected));
});
