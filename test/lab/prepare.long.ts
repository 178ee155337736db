import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { bootLab, hosts, type Lab, must, until } from './support/lab.ts';
import { view } from './support/tenants.ts';

const preparation = (lines: readonly string[]) =>
  ['  preparation:', ...lines.map((line) => `    ${line}`), ''].join('\n');
const repository = (sha256: string) => [
  'repositories:',
  '  - name: ours',
  '    system: debian-12',
  '    url: file:///srv/packages',
  `    key: { url: "file:///srv/packages/key.asc", sha256: ${sha256} }`,
];

/** Hosts on which nothing is installed, and a repository of packages in their image. */
describe('preparation of bare hosts', function () {
  this.timeout(600_000);
  let lab: Lab;
  let cluster = '';
  const declare = (lines: readonly string[]) =>
    writeFileSync(
      join(lab.documents, 'cluster.yaml'),
      cluster.replace(/^ {2}mesh:$/m, (line) => preparation(lines) + line),
    );
  const exec = async (host: string, script: string) => (await must(lab.host(host, script))).out.trim();
  const apply = (...words: string[]) => lab.reconcile('apply', '-f', lab.documents, ...words);

  before(async () => {
    lab = await bootLab('test-prepare', 'lxc', '--image', 'debian-12-bare');
    cluster = readFileSync(join(lab.documents, 'cluster.yaml'), 'utf8');
  });
  after(() => lab?.down());

  it('plan names what is missing, a line a package, and what rests on it waits', async () => {
    const { code, out } = await lab.reconcile('plan', '-f', lab.documents);
    expect(code, out).to.equal(1);
    for (const name of ['openvswitch-switch', 'haproxy', 'keepalived', 'socat', 'curl'])
      expect(out).to.contain(`~ package ${name}: missing, should be installed`);
    expect(out).to.contain('mesh/redis-1  . it is installed first, as host/redis-1@system says');
    expect(out).not.to.match(/^ *[!?] /m);
  });

  it('mode check installs nothing, and says what a person is to install', async () => {
    declare(['mode: check']);
    const { out } = await apply('--timeout', '20s');
    expect(out).to.match(
      /! package lxc: missing, should be installed; install lxc on redis-1 \(spec\.preparation\.mode is check/,
    );
    expect(await exec('redis-1', 'command -v ovs-vsctl lxc-ls || echo none')).to.equal('none');
  });

  it('whatever is in the way is named in words, a host each', async () => {
    declare(repository('0'.repeat(64)));
    const { out: declared } = await apply('--timeout', '20s');
    expect(declared).to.match(
      /what lies at file:\/\/\/srv\/packages\/key\.asc is not the declared key \(its SHA-256 is [0-9a-f]{64}\), and nothing is trusted/,
    );
    expect(
      await exec('redis-1', 'ls /etc/apt/keyrings /etc/apt/sources.list.d 2>/dev/null | grep -c ours || :'),
    ).to.equal('0');

    declare([]);
    writeFileSync(join(lab.documents, 'cluster.yaml'), cluster);
    await exec('redis-1', 'cp /etc/apt/trusted.gpg.d/debian-archive-bookworm-automatic.asc /etc/apt/keyrings/lab.asc');
    await exec('redis-2', 'mkdir /srv/away && mv /srv/packages/lxc_*.deb /srv/away/');
    await exec(
      'redis-3',
      'sed -i \'s/^VERSION_ID=.*/VERSION_ID="11"/; s/^PRETTY_NAME=.*/PRETTY_NAME="Debian GNU\\/Linux 11 (bullseye)"/\' /usr/lib/os-release',
    );
    await exec('proxy-1', 'mv /srv/packages/Packages /srv/packages/InRelease /srv/');
    await exec('proxy-2', 'fallocate -l $(($(stat -f -c "%a * %S" /) - 80 * 1048576)) /ballast');
    const { code, out } = await apply();
    expect(code, out).to.equal(2);
    const said = (host: string, words: RegExp) => {
      const found = out.split('\n').find((line) => line.includes(host) && words.test(line)) ?? out;
      expect(found).to.match(words);
    };
    said(
      'redis-1',
      /FAILED redis-1: install .*: the signature of a package repository is not by the key that the host trusts/,
    );
    said('redis-2', /FAILED redis-2: install .*: a package repository could not be read: .*lxc_/);
    said('proxy-1', /FAILED proxy-1: install .*: a package repository could not be read: /);
    said('proxy-2', /FAILED proxy-2: install .*: no room for the packages: free some/);
    expect(out).to.match(
      /host\/redis-3@system\n {2}! system: Debian GNU\/Linux 11 \(bullseye\), should be Debian 12 or .*; redis-3 runs a system that is not supported/,
    );
  });

  it('once that is mended, apply installs all of it and builds two tenants; again, it takes no step', async () => {
    await exec('redis-2', 'mv /srv/away/*.deb /srv/packages/');
    await exec('redis-3', 'sed -i \'s/^VERSION_ID=.*/VERSION_ID="12"/\' /usr/lib/os-release');
    await exec('proxy-1', 'mv /srv/Packages /srv/InRelease /srv/packages/');
    await exec('proxy-2', 'rm /ballast');
    // From the declared repository alone: apt takes no URL twice with two keys.
    for (const host of hosts) await exec(host, 'rm /etc/apt/sources.list /etc/apt/keyrings/lab.asc');
    declare(repository((await exec('redis-1', 'sha256sum </srv/packages/key.asc')).split(' ')[0] ?? ''));
    const { code, out } = await apply();
    expect(code, out).to.equal(0);
    const again = await apply();
    expect(again.out).to.equal('quickstart: in order (0 steps done in 1 pass)\n');
    for (const tenant of ['acme', 'globex']) expect(await view(lab, tenant)).to.include({ ready: 'True' });
  });

  it('what the packages bring neither runs nor starts at a boot, but for what is declared', async () => {
    const units = 'haproxy keepalived lxc lxc-net openvswitch-switch chrony';
    const state = `for unit in ${units}; do echo "$unit $(systemctl is-enabled $unit 2>/dev/null) $(systemctl is-active $unit)"; done`;
    expect(await exec('proxy-1', state)).to.match(/haproxy disabled inactive\nkeepalived disabled inactive\n/);
    for (const host of hosts)
      expect(await exec(host, state)).to.match(/openvswitch-switch enabled active\nchrony enabled active$/);
  });

  it('a host that reboots comes back in order', async () => {
    await must(lab.command('fault', '--name', lab.name, 'power-off', 'redis-2'));
    await must(lab.command('fault', '--name', lab.name, 'power-on', 'redis-2'));
    await until(
      'the fleet in order',
      () => lab.reconcile('plan', '-f', lab.documents),
      ({ code }) => code === 0,
      120,
    );
  });

  it('a package that is removed is installed again, and what rested on it goes on', async () => {
    await exec('proxy-2', 'DEBIAN_FRONTEND=noninteractive apt-get -q -y remove keepalived >/dev/null 2>&1');
    const { code, out } = await apply();
    expect(code, out).to.equal(0);
    expect(out).to.contain('proxy-2: install keepalived');
  });
});
