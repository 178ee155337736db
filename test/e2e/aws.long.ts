import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ensureImage } from '../../lab/image/image.ts';
import { accountOf, callEc2 } from './support/account.ts';
import { awsExample, laptopOf } from './support/aws-example.ts';
import { bootLab, type Lab, must } from './support/lab.ts';
import { type Mirror, mirrorIn } from './support/mirror.ts';
import { figure } from './support/tenants.ts';

/** The packages of members with the lab's userspace datapath (docs/guides/templates.md). */
const packages = 'redis-server, redis-sentinel, redis-tools, iproute2, procps, ethtool, tini';
const systems = [
  { system: 'debian-12', suite: 'bookworm', image: 'ami-0000000000000b012' },
  { system: 'debian-13', suite: 'trixie', image: 'ami-0000000000000b013' },
] as const;

/**
 * examples/aws from a machine on the internet: an empty account, a template that is built from Debian's packages, a Redis that answers at an
 * Elastic IP address, and back.
 */
for (const { system, suite, image } of systems)
  describe(`examples/aws, from outside, on ${system}`, function () {
    this.timeout(1_800_000);
    let lab: Lab;
    let mirror: Mirror | undefined;
    let documents = '';
    const { outside, reconcile } = laptopOf(() => lab);
    before(async () => {
      lab = await bootLab('test-laptop', 'lxc', '--empty', '--image', `${system}-bare`);
      mirror = await mirrorIn(lab);
      const key = `/etc/apt/trusted.gpg.d/debian-archive-${suite}-automatic.asc`;
      const sha256 = createHash('sha256')
        .update(readFileSync(join(await ensureImage(`${system}-bare`, () => {}), key)))
        .digest('hex');
      // Where Debian is, as a mirror of one's own.
      const repository = `{ name: debian, system: ${system}, url: "${mirror.url}", suite: ${suite}, components: [main], key: { url: "file://${key}", sha256: ${sha256} } }`;
      documents = awsExample(
        lab,
        [
          ['ami-0123456789abcdef0', image],
          [
            'build: { suite: bookworm }',
            `build: { suite: ${suite}, mirror: "${mirror.url}", packages: [${packages}] }`,
          ],
          ['  runtime:\n', `  preparation:\n    repositories: [${repository}]\n  runtime:\n`],
        ],
        ['from: { build: { suite: bookworm } }'],
      );
    });
    after(async () => {
      mirror?.close();
      await lab?.down();
    });

    const left = async () => {
      const [addresses] = await callEc2<{ readonly Addresses?: readonly object[] }>(lab, ['DescribeAddresses', {}]);
      return [...Object.values(await accountOf(lab)).flat(), ...(addresses?.Addresses ?? [])];
    };

    it('check and plan say nothing that keeps it from being made', async () => {
      const { code, out } = await reconcile('check', '-f', documents);
      expect(code, out).to.be.oneOf([0, 1]);
      expect(out).not.to.match(/^ {2}! /m);
    });

    it('apply makes it from nothing, and a second apply does nothing', async () => {
      const began = Date.now();
      const { out } = await must(reconcile('apply', '-f', documents, '--timeout', '20m'));
      expect(out).to.match(/aws: in order/);
      figure(
        `from an empty account to a tenant, from outside the VPC, in ${((Date.now() - began) / 1000).toFixed(0)} s`,
      );
      expect((await must(reconcile('apply', '-f', documents))).out).to.match(/aws: in order \(0 steps done/);
    });

    it('a client outside the VPC writes and reads through the Elastic IP address', async () => {
      const { out } = await must(reconcile('get', '-f', documents, '-o', 'json'));
      const endpoint = /"publicEndpoint": ?"(198\.51\.100\.\d+):6379"/.exec(out)?.[1] ?? expect.fail(out);
      const redis = async (...words: readonly string[]) =>
        (
          await must(outside('env', `REDISCLI_AUTH=${lab.passwords.acme}`, 'redis-cli', '-h', endpoint, ...words))
        ).out.trim();
      expect(await redis('set', 'from', 'outside')).to.equal('OK');
      expect(await redis('get', 'from')).to.equal('outside');
    });

    it('delete brings the account back to empty', async () => {
      const { code, out } = await reconcile('delete', '-f', documents, '--confirm', 'aws', '--now');
      expect(code, out).to.equal(0);
      expect(await left()).to.deep.equal([]);
    });
  });
