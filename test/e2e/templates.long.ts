import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ensureImage, PREPARED } from '../../lab/image/image.ts';
import { applying } from './support/applying.ts';
import { bootLab, type Lab, must } from './support/lab.ts';
import { type Mirror, mirrorIn } from './support/mirror.ts';
import { figure } from './support/tenants.ts';

const redisHosts = ['redis-1', 'redis-2', 'redis-3'];
const folder = '/var/lib/ec2-redis-operator/templates';

/** The template, from nothing: built of Debian's packages on a host, or brought from the operator's machine. */
describe('templates', function () {
  this.timeout(3_000_000);
  let lab: Lab;
  let mirror: Mirror;
  let cluster = '';
  const declare = (lines: readonly string[]) =>
    writeFileSync(
      join(lab.documents, 'cluster.yaml'),
      cluster.replace(/^ {6}name: redis-bookworm\n {6}tarball: .*\n/m, lines.map((line) => `      ${line}\n`).join('')),
    );
  const on = async (host: string, script: string) => (await must(lab.host(host, script))).out.trim();
  const digests = async (name: string) =>
    new Set(await Promise.all(redisHosts.map((host) => on(host, `sha256sum <${folder}/${name}.tar.gz`))));
  const apply = async () => {
    const { code, out, done } = await applying(lab, undefined, '40m');
    expect(code, out).to.equal(0);
    return done.map(({ operation, ...action }) => `${operation} ${'host' in action ? action.host : ''}`);
  };

  before(async () => {
    lab = await bootLab('test-templates');
    cluster = readFileSync(join(lab.documents, 'cluster.yaml'), 'utf8');
    mirror = await mirrorIn(lab);
    // What a bookworm host has on EC2; the lab's have the same packages, and no way to them.
    const sources = `deb ${mirror.url} bookworm main`;
    await on('redis-1', `rm -f /etc/apt/sources.list.d/*; echo '${sources}' >/etc/apt/sources.list; apt-get -q update`);
  });
  after(async () => {
    mirror?.close();
    await lab?.down();
  });

  it('built on the first Redis host, copied to the others, and Redis runs in it', async () => {
    const build = `from: { build: { mirror: "${mirror.url}", packages: [redis-server, redis-sentinel, redis-tools, iproute2, iputils-ping, procps, netcat-openbsd, ethtool, tini] } }`;
    declare(['name: built', build]);
    const done = await apply();
    expect(done.filter((one) => /^template-/.test(one)).sort()).to.deep.equal([
      'template-build redis-1',
      'template-copy redis-2',
      'template-copy redis-3',
    ]);
    expect((await digests('built')).size).to.equal(1);
    expect(await on('redis-2', 'lxc-attach -n acme-r2 -- redis-server --version')).to.match(/^Redis server v=7\.0/);
    expect(await on('redis-1', `ls -A ${folder}`)).not.to.match(/draft|part/);
    figure(`a template built from packages has ${await on('redis-1', `stat -c %s ${folder}/built.tar.gz`)} bytes`);
  });

  it('is copied back to the host that built it, and not built again', async () => {
    const before = await digests('built');
    await on('redis-1', `rm ${folder}/built.tar.gz`);
    expect(await apply()).to.deep.equal(['template-copy redis-1']);
    expect(await digests('built')).to.deep.equal(before);
  });

  it('from a file of the operator, killed within it: the next run goes on where it was', async () => {
    const file = join(await ensureImage(PREPARED, () => {}), 'srv/templates/redis-bookworm.tar.gz');
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    declare(['name: brought', `sha256: ${sha256}`, `from: { file: ${file} }`]);
    const { killed } = await applying(lab, { when: 'step progress', count: 9 });
    expect(killed).to.equal(true);
    const part = `${folder}/.brought.tar.gz.${sha256}.part`;
    const sizes = await Promise.all(redisHosts.map((host) => on(host, `stat -c %s ${part} || echo 0`)));
    expect(Math.max(...sizes.map(Number)), String(sizes)).to.be.greaterThan(2 ** 20);
    const inodes = () =>
      Promise.all(
        redisHosts.map((host) => on(host, `cd ${folder}; stat -c %i ${part} brought.tar.gz 2>/dev/null || :`)),
      );
    const before = await inodes();
    await apply();
    expect(await inodes()).to.deep.equal(before);
    expect(await digests('brought')).to.deep.equal(new Set([`${sha256}  -`]));
  });
});
