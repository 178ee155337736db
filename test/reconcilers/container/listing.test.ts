import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { containers } from '../../../reconcilers/questions/containers.ts';
import { template } from '../../../reconcilers/questions/template.ts';

const captured = (name: string) => readFileSync(new URL(`captured/${name}`, import.meta.url), 'utf8');
const answer = (stdout: string) => ({ exit: 0, stdout, stderr: '', truncated: false });
const read = (stdout: string) => containers.read(answer(stdout), { runtime: 'lxc' });

function listed(name: string) {
  const seen = read(captured('containers.txt'));
  if (seen.state !== 'present') throw new Error('the capture cannot be read');
  const { value } = seen;
  return {
    facts: value.containers.find((one) => one.name === name),
    folder: value.folders.find((one) => one.name === name),
  };
}

describe('listing of containers, captured on a host', () => {
  it('reads a running member: whose it is, its limits as enforced, its disk', () => {
    const { facts, folder } = listed('acme-r3');
    expect(facts).to.deep.include({ state: 'RUNNING', pid: 13117, mtu: 8955 });
    expect(facts?.mark).to.deep.equal({
      cluster: 'quickstart',
      tenant: 'acme',
      member: 'r3',
      vlan: 101,
      address: '10.101.0.13',
    });
    expect(facts?.limits).to.deep.equal({
      memoryBytes: 300 * 2 ** 20,
      memoryUsedBytes: 421888,
      swap: false,
      cpuMillicores: 750,
      pids: 512,
    });
    expect(facts?.loaded).to.match(/^cd7d26d7/);
    expect(Object.keys(facts?.digests ?? {})).to.have.length(3);
    expect(folder).to.deep.include({ imageBytes: 2 ** 31, fileSystemBytes: 2 ** 31 });
    expect(folder?.identity).to.deep.include({ uid: 100, gid: 101 });
  });

  it('believes no stamp of an earlier start', () => {
    const { facts } = listed('globex-r3');
    expect(facts).to.deep.include({ state: 'STOPPED', pid: undefined, loaded: undefined, limits: undefined });
  });

  it('knows what is foreign, and what LXC cannot read', () => {
    expect(listed('other').facts).to.deep.include({ state: 'STOPPED', mark: undefined });
    expect(listed('bad').facts).to.deep.include({ state: '', mark: undefined });
  });

  it('takes a listing without its end for nothing at all', () => {
    expect(read(captured('containers.txt').slice(0, 400)).state).to.equal('unknown');
    expect(read('').state).to.equal('unknown');
  });

  it('reads limits of control groups version 2', () => {
    const lines = [
      'state a RUNNING 9',
      'container a',
      'limits a max 5000 0 max 100000 max',
      'now 1700000000',
      'end',
      '',
    ];
    const seen = read(lines.join('\n'));
    const none = Number.POSITIVE_INFINITY;
    expect(seen.state === 'present' && seen.value.containers[0]?.limits).to.deep.equal({
      memoryBytes: none,
      memoryUsedBytes: 5000,
      swap: false,
      cpuMillicores: none,
      pids: none,
    });
  });

  it('reads the modes of our files, each container its own', () => {
    const lines = [
      'container a',
      'container ab',
      'mode /var/lib/lxc/a/up 755',
      'mode /var/lib/lxc/ab/up 644',
      'now 1700000000',
      'end',
      '',
    ];
    const seen = read(lines.join('\n'));
    expect(seen.state === 'present' && seen.value.containers.map(({ modes }) => modes)).to.deep.equal([
      { '/var/lib/lxc/a/up': '755' },
      { '/var/lib/lxc/ab/up': '644' },
    ]);
  });

  it('takes LXC for absent only when the host says so', () => {
    expect(containers.read({ ...answer(''), exit: 44 }, { runtime: 'lxc' }).state).to.equal('absent');
  });
});

describe('template, captured on a host', () => {
  it('reads tarball and image', () => {
    const seen = template.read(answer(captured('template.txt')), { runtime: 'lxc', name: 'x', tarball: '/x' });
    const digest = '3fdef8d89375af9e7cef3c6c5f80f369c9a551be314e268db57d16f0cdfb71da';
    expect(seen).to.deep.equal({
      state: 'present',
      value: { tarball: digest, images: [{ digest, bytes: 165556224, uid: 100, gid: 101 }] },
    });
  });

  it('takes no tarball and no image for that', () => {
    const seen = template.read(answer(''), { runtime: 'lxc', name: 'x', tarball: '/x' });
    expect(seen).to.deep.equal({ state: 'present', value: { tarball: undefined, images: [] } });
  });
});
