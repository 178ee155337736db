import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectFinding, observe } from './support/findings.ts';
import { beginWriting, bootLab, hosts, type Lab, must, until } from './support/lab.ts';
import { applyNothing, figure, ports, view } from './support/tenants.ts';

const preparation = (lines: readonly string[]) =>
  ['  preparation:', ...lines.map((line) => `    ${line}`), ''].join('\n');
const repository = (release: string, sha256: string) => [
  'repositories:',
  '  - name: ours',
  `    system: debian-${release}`,
  '    url: file:///srv/packages',
  `    key: { url: "file:///srv/packages/key.asc", sha256: ${sha256} }`,
];

/** Hosts on which nothing is installed, and a repository of packages in their image. */
for (const release of ['12', '13'])
  describe(`preparation of bare hosts with Debian ${release}`, function () {
    this.timeout(600_000);
    preparesBareHosts(release);
  });

function preparesBareHosts(release: string): void {
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
    lab = await bootLab(`test-prepare-${release}`, 'lxc', '--image', `debian-${release}-bare`);
    cluster = readFileSync(join(lab.documents, 'cluster.yaml'), 'utf8');
  });
  after(() => lab?.down());

  it('plan reports each missing package, and what depends on it waits', async () => {
    const { code, out, findings } = await observe(lab);
    expect(code, out).to.equal(1);
    for (const name of ['openvswitch-switch', 'haproxy', 'keepalived', 'socat', 'curl'])
      expectFinding(findings, {
        subject: /^host\/.*@system$/,
        reason: 'PackagesMissing',
        by: 'action',
        field: `package ${name}`,
        have: 'not installed',
      });
    expectFinding(findings, {
      subject: 'mesh/redis-1',
      reason: 'PackagesMissing',
      by: 'waiting',
      dependsOn: 'host/redis-1@system',
    });
    expect(findings.filter(({ remedy: { by } }) => by === 'manual' || by === 'unknown')).to.deep.equal([]);
  });

  const sources = async (...words: string[]) => {
    const seen = await observe(lab, 'check', ...words);
    return { ...seen, findings: seen.findings.filter(({ subject }) => subject.startsWith('host/')) };
  };

  it('check reports what a host cannot get before anything is made, and nothing once it can', async () => {
    const untouched = await sources();
    expect(untouched.code, untouched.out).to.equal(0);
    for (const host of hosts)
      expectFinding(untouched.findings, {
        subject: `host/${host}@system`,
        reason: 'PackageNotTried',
        by: 'info',
        message: /apt-get update/,
      });
    await Promise.all(hosts.map((host) => exec(host, 'apt-get -q update 2>&1')));
    await exec(
      'redis-1',
      "printf '%s\\n' 'Package: lxc' 'Pin: release *' 'Pin-Priority: -1' >/etc/apt/preferences.d/lab",
    );
    await exec('redis-2', 'mv /etc/apt/sources.list /root/');
    const lacking = await sources();
    expect(lacking.code, lacking.out).to.equal(1);
    const found = lacking.findings.map(({ subject, reason, field }) => `${subject} ${reason} ${field}`);
    const planned = (await observe(lab)).findings.filter(
      ({ subject, reason }) => subject.startsWith('host/redis-2') && reason === 'PackagesMissing',
    );
    const ofRedis2 = planned.map(({ field }) => `host/redis-2@system PackageNotAvailable source of ${field}`);
    expect(ofRedis2).to.include('host/redis-2@system PackageNotAvailable source of package openvswitch-switch');
    expect(found).to.have.members(['host/redis-1@system PackageNotAvailable source of package lxc', ...ofRedis2]);
    await exec('redis-1', 'rm /etc/apt/preferences.d/lab');
    await exec('redis-2', 'mv /root/sources.list /etc/apt/');
    expect((await sources()).findings).to.deep.equal([]);
    await Promise.all(hosts.map((host) => exec(host, 'rm -rf /var/lib/apt/lists/*')));
    expect(await exec('redis-1', 'command -v ovs-vsctl lxc-ls || echo none')).to.equal('none');
  });

  it('check reports a kernel without the modules of the kernel datapath', async () => {
    const loaded = (await exec('redis-1', 'ls /sys/module')).split('\n');
    const folder = join(lab.documents, '..', 'kernel-datapath');
    cpSync(lab.documents, folder, { recursive: true });
    writeFileSync(join(folder, 'cluster.yaml'), cluster.replace('datapath: netdev', 'datapath: system'));
    const { findings } = await sources('-f', folder);
    const found = findings.flatMap(({ reason, field }) => (reason === 'KernelModuleMissing' ? [field] : []));
    const missing = ['openvswitch', 'ip_gre'].filter((module) => !loaded.includes(module));
    expect(found.sort()).to.deep.equal(missing.flatMap((module) => hosts.map(() => `kernel with ${module}`)).sort());
  });

  it('mode check installs nothing, and reports what has to be installed manually', async () => {
    declare(['mode: check']);
    const { out } = await apply('--timeout', '20s');
    expect(out).to.match(
      /! package lxc: not installed -> installed; install lxc on redis-1 \(not done, as spec\.preparation\.mode is check\)/,
    );
    expect(await exec('redis-1', 'command -v ovs-vsctl lxc-ls || echo none')).to.equal('none');
  });

  it('each obstacle is reported, on one host each', async () => {
    declare(repository(release, '0'.repeat(64)));
    const { out: declared } = await apply('--timeout', '20s');
    expect(declared).to.match(
      /the file at file:\/\/\/srv\/packages\/key\.asc is not the declared key \(its SHA-256 is [0-9a-f]{64}\), and nothing is trusted/,
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
    const expectLine = (host: string, text: RegExp) => {
      const found = out.split('\n').find((line) => line.includes(host) && text.test(line)) ?? out;
      expect(found).to.match(text);
    };
    expectLine(
      'redis-1',
      /FAILED redis-1: install .*: a package repository is not signed with the key that the host trusts/,
    );
    expectLine('redis-2', /FAILED redis-2: install .*: a package repository could not be read: .*lxc_/);
    expectLine('proxy-1', /FAILED proxy-1: install .*: a package repository could not be read: /);
    expectLine('proxy-2', /FAILED proxy-2: install .*: no room for the packages: free some space/);
    expect(out).to.match(
      /host\/redis-3@system\n {2}! operating system: Debian GNU\/Linux 11 \(bullseye\) -> Debian 12 or .*; redis-3 runs an unsupported operating system/,
    );
  });

  it('once they are removed, apply installs everything and builds two tenants; a second apply executes no steps', async () => {
    await exec('redis-2', 'mv /srv/away/*.deb /srv/packages/');
    await exec('redis-3', `sed -i 's/^VERSION_ID=.*/VERSION_ID="${release}"/' /usr/lib/os-release`);
    await exec('proxy-1', 'mv /srv/Packages /srv/InRelease /srv/packages/');
    await exec('proxy-2', 'rm /ballast');
    // From the declared repository only: apt does not accept a URL twice with two keys.
    for (const host of hosts) await exec(host, 'rm /etc/apt/sources.list /etc/apt/keyrings/lab.asc');
    declare(repository(release, (await exec('redis-1', 'sha256sum </srv/packages/key.asc')).split(' ')[0] ?? ''));
    const { code, out } = await apply();
    expect(code, out).to.equal(0);
    await applyNothing(lab, 'quickstart');
    expect((await sources()).findings).to.deep.equal([]);
    for (const tenant of ['acme', 'globex']) expect(await view(lab, tenant)).to.include({ ready: 'True' });
  });

  it('services of the packages neither run nor start at a boot, except those that are declared', async () => {
    const units = 'haproxy keepalived lxc lxc-net openvswitch-switch chrony';
    const state = `for unit in ${units}; do echo "$unit $(systemctl is-enabled $unit 2>/dev/null) $(systemctl is-active $unit)"; done`;
    expect(await exec('proxy-1', state)).to.match(/haproxy masked inactive\nkeepalived masked inactive\n/);
    expect(await exec('redis-1', state)).to.match(/lxc masked inactive\nlxc-net masked inactive\n/);
    for (const host of hosts)
      expect(await exec(host, state)).to.match(/openvswitch-switch enabled active\nchrony enabled active$/);
  });

  it('an upgrade of the packages starts nothing beside ours, and interrupts no tenant', async () => {
    const reinstall = (packages: string) =>
      `DEBIAN_FRONTEND=noninteractive apt-get -q -y install --reinstall ${packages} >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; exit 1; }`;
    const writer = await beginWriting(lab, ports.acme, lab.passwords.acme);
    await Promise.all([
      ...['proxy-1', 'proxy-2'].map((host) => exec(host, reinstall('haproxy keepalived'))),
      ...['redis-1', 'redis-2', 'redis-3'].map((host) => exec(host, reinstall('lxc'))),
    ]);
    await applyNothing(lab, 'quickstart');
    const { lostAcknowledged, longestGapMs } = await writer.stop();
    figure(
      `haproxy, keepalived and lxc reinstalled on all hosts: ${(longestGapMs / 1000).toFixed(1)} s without acknowledged writes`,
    );
    expect(lostAcknowledged).to.equal(0);
    for (const host of ['proxy-1', 'proxy-2']) {
      const units =
        'for unit in haproxy keepalived; do systemctl is-enabled $unit; systemctl is-active $unit; done || :';
      expect(await exec(host, units)).to.equal('masked\ninactive\nmasked\ninactive');
    }
    expect(await exec('redis-1', 'ip link show lxcbr0 2>&1 || :')).to.match(/does not exist/);
  });

  it('a service that somebody unmasked and started is reported, stopped and masked again', async () => {
    await exec('proxy-2', 'systemctl unmask --quiet haproxy && systemctl enable --quiet --now haproxy');
    const { findings } = await observe(lab);
    expectFinding(findings, {
      subject: 'host/proxy-2@system',
      reason: 'ServiceNotMasked',
      by: 'action',
      field: 'haproxy.service',
      have: 'enabled, active',
      want: 'masked',
    });
    const { code, out } = await apply();
    expect(code, out).to.equal(0);
    expect(await exec('proxy-2', 'systemctl is-enabled haproxy; systemctl is-active haproxy; :')).to.equal(
      'masked\ninactive',
    );
    await applyNothing(lab, 'quickstart');
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

  it('a package that was removed is installed again, and what depends on it continues', async () => {
    await exec('proxy-2', 'DEBIAN_FRONTEND=noninteractive apt-get -q -y remove keepalived >/dev/null 2>&1');
    const { code, out } = await apply();
    expect(code, out).to.equal(0);
    expect(out).to.contain('proxy-2: install keepalived');
  });
}
