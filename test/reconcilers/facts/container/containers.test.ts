import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { containers } from '../../../../reconcilers/facts/container/containers.ts';
import { containersScript } from '../../../../reconcilers/facts/container/lxc-script.ts';
import { template } from '../../../../reconcilers/facts/container/template.ts';

const captured = (name: string) => readFileSync(new URL(`captured/${name}`, import.meta.url), 'utf8');
const result = (stdout: string) => ({ exit: 0, stdout, stderr: '', truncated: false });
const read = (stdout: string) => containers.read(result(stdout), { runtime: 'lxc' });

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
  it('reads a running member: its owner, its enforced limits, its disk', () => {
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

  it('ignores a stamp of an earlier start', () => {
    const { facts } = listed('globex-r3');
    expect(facts).to.deep.include({ state: 'STOPPED', pid: undefined, loaded: undefined, limits: undefined });
  });

  it('recognizes foreign containers, and those whose configuration LXC cannot read', () => {
    expect(listed('other').facts).to.deep.include({ state: 'STOPPED', mark: undefined });
    expect(listed('bad').facts).to.deep.include({ state: '', mark: undefined });
  });

  it('reports an incomplete listing as unknown', () => {
    expect(read(captured('containers.txt').slice(0, 400)).state).to.equal('unknown');
    expect(read('').state).to.equal('unknown');
  });

  it('reads the limits of cgroups v2', () => {
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

  it('reads no limits of a container whose first process has just ended', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'containers-'));
    // The child ends once `sleep` runs in the place of the shell: the shell would reap it, `sleep` never does.
    const child = '(while [ "$(cat /proc/$$/comm)" != sleep ]; do :; done) & echo $!; exec sleep 60';
    const parent = spawn('sh', ['-c', child], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const ended = Number(String(line));
      while (!/^State:\tZ/m.test(readFileSync(`/proc/${ended}/status`, 'utf8'))) await setImmediate();
      const list = `#!/bin/sh\necho NAME STATE PID\necho living RUNNING ${parent.pid}\necho ended RUNNING ${ended}\n`;
      writeFileSync(join(folder, 'lxc-ls'), list, { mode: 0o755 });
      const env = { PATH: `${folder}:${process.env['PATH']}` };
      const { stdout } = spawnSync('sh', ['-c', String(containersScript)], { encoding: 'utf8', env });
      const names = (kind: string) => [...stdout.matchAll(new RegExp(`^${kind} (\\S+)`, 'gm'))].map(([, name]) => name);
      expect(names('state')).to.eql(['living', 'ended']);
      expect(names('limits')).to.eql(['living']);
    } finally {
      parent.kill();
      rmSync(folder, { recursive: true });
    }
  });

  it('reads the modes of the managed files, separately for each container', () => {
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

  it('reports LXC as absent only if the host reports it', () => {
    expect(containers.read({ ...result(''), exit: 44 }, { runtime: 'lxc' }).state).to.equal('absent');
  });
});

describe('template, captured on a host', () => {
  it('reads tarball and image', () => {
    const seen = template.read(result(captured('template.txt')), { runtime: 'lxc', name: 'x', tarball: '/x' });
    const digest = '3fdef8d89375af9e7cef3c6c5f80f369c9a551be314e268db57d16f0cdfb71da';
    expect(seen).to.deep.equal({
      state: 'present',
      value: { tarball: digest, images: [{ digest, bytes: 165556224, uid: 100, gid: 101 }] },
    });
  });

  it('reads which engine an image holds, if that is known', () => {
    const digest = 'a'.repeat(64);
    const imageOf = (engine: string) => {
      const seen = template.read(result(`image ${digest} 10 100 101${engine}\n`), {
        runtime: 'lxc',
        name: 'x',
        tarball: '/x',
      });
      return seen.state === 'present' ? seen.value.images[0]?.engine : seen.state;
    };
    expect(imageOf(' valkey 8.1.1')).to.deep.equal({ name: 'valkey', version: '8.1.1' });
    expect(imageOf(' redis 7.0.15')).to.deep.equal({ name: 'redis', version: '7.0.15' });
    for (const unread of [' -', ' ', '']) expect(imageOf(unread), unread).to.equal(undefined);
    expect(imageOf(' keydb 6.3')).to.equal('unknown');
  });

  it('reports a missing tarball and image as such', () => {
    const seen = template.read(result(''), { runtime: 'lxc', name: 'x', tarball: '/x' });
    expect(seen).to.deep.equal({ state: 'present', value: { tarball: undefined, images: [] } });
  });
});
