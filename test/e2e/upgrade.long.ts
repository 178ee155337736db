import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { ensureImage, PREPARED } from '../../lab/image/image.ts';
import { ensureValkeyTemplate } from '../../lab/image/valkey-template.ts';
import { editCluster } from './support/account.ts';
import { applying, moments } from './support/applying.ts';
import { underClients } from './support/clients.ts';
import { observe } from './support/findings.ts';
import { bootLab, type Lab, must } from './support/lab.ts';
import { figure, heal, hostOf, redisCli, view } from './support/tenants.ts';

const members = ['r1', 'r2', 'r3'] as const;
const template = /^ {6}name: [\w-]+\n(?: {6}(?:tarball|sha256|from): .*\n)+/m;

/** Engines: the roll from one template to another, killed and refused, and a fleet on Valkey from nothing. */
describe('another engine', function () {
  this.timeout(1_800_000);
  let lab: Lab;
  let folder = '';
  const templates = { redis: '', valkey: '', repacked: '' };
  const declare = (which: keyof typeof templates) => editCluster(lab, template, templates[which]);
  const bare = async () => {
    await must(lab.command('down', '--name', lab.name));
    await must(lab.command('up', '--name', lab.name));
  };
  /** Nothing that was written may be lost. */
  const underWriter = async (what: string, act: () => Promise<unknown>) =>
    expect((await underClients(lab, what, act)).lostPlain).to.equal(0);
  const expectValkey = async () => {
    for (const tenant of ['acme', 'globex'])
      for (const member of members)
        expect(await programs(lab, tenant, member), `${tenant}-${member}`).to.deep.equal([
          'valkey-sentinel',
          'valkey-server',
        ]);
    expect(await redisCli(lab, 'acme', 'INFO', 'server')).to.contain('valkey_version:8.');
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
    const valkey = await ensureValkeyTemplate(() => {});
    const repacked = join(folder, 'repacked.tar.gz');
    writeFileSync(repacked, gzipSync(gunzipSync(readFileSync(valkey)), { level: 1 }));
    const redis = join(await ensureImage(PREPARED, () => {}), 'srv/templates/redis-bookworm.tar.gz');
    for (const [name, file] of Object.entries({ redis, valkey, repacked })) {
      const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
      templates[name as keyof typeof templates] =
        `      name: ${name}\n      sha256: ${sha256}\n      from: { file: ${file} }\n`;
    }
    lab = await bootLab('test-upgrade');
  });
  after(async () => {
    await lab?.down();
    rmSync(folder, { recursive: true });
  });

  it('Redis 7 to Valkey 8: members are rebuilt one at a time, the master last, and nothing that was acknowledged is lost', async () => {
    await heal(lab);
    await must(lab.run(['true']));
    await redisCli(lab, 'globex', 'SET', 'kept', 'from Redis 7');
    const { master } = await view(lab, 'acme');
    await underWriter('Redis 7 to Valkey 8', async () => {
      declare('valkey');
      await heal(lab);
    });
    await expectValkey();
    expect(await redisCli(lab, 'globex', 'GET', 'kept')).to.equal('from Redis 7');
    expect((await view(lab, 'acme')).master).not.to.equal(master);
    const rebuilt = [...lab.logged().matchAll(/"step done".*?"operation":"container-rebuild".*?"name":"(acme-r\d)"/g)];
    expect(rebuilt.at(-1)?.[1]).to.equal(`acme-${master}`);
    const kept = 'ls /var/lib/ec2-redis-operator/members/*/rootfs.former | wc -l';
    for (const member of members) expect((await must(lab.host(hostOf(member), kept))).out.trim()).to.equal('2');
  });

  it('the way back is refused, and no member is touched', async () => {
    const before = await processes(lab);
    declare('redis');
    const { code, out, err } = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '3m');
    expect([code, out + err]).to.satisfy(
      ([, text]: [number, string]) => /Redis 7\.0\.\d+ cannot read the data that Valkey 8/.test(text),
      out + err,
    );
    expect(code, out + err).to.equal(2);
    const refused = (await observe(lab)).findings.filter(({ reason }) => reason === 'ContainerTemplateDiffers');
    expect(refused.map(({ remedy }) => remedy.by)).to.deep.equal(Array.from({ length: 6 }, () => 'manual'));
    expect(await processes(lab)).to.deep.equal(before);
    declare('valkey');
    await heal(lab);
    expect(await processes(lab)).to.deep.equal(before);
  });

  it('killed at ten moments of a roll to another template: the next apply finishes each time', async function () {
    this.timeout(3_600_000);
    const tried = moments(16, 12, 2).slice(0, 10);
    await underWriter(`a roll killed at ${tried.length} moments`, async () => {
      for (const [index, moment] of tried.entries()) {
        declare(index % 2 ? 'valkey' : 'repacked');
        const { killed } = await applying(lab, moment, '6m');
        figure(`${killed ? 'killed' : 'not killed'} at "${moment.when}" ${moment.count}`);
        await heal(lab);
      }
    });
    await expectValkey();
  });

  it('Redis 7 to Valkey 8, killed again and again on the way', async () => {
    declare('redis');
    await bare();
    await heal(lab);
    await underWriter('Redis 7 to Valkey 8, killed ten times on the way', async () => {
      declare('valkey');
      let kills = 0;
      for (const moment of moments(6, 6, 2).slice(0, 10)) {
        const { killed } = await applying(lab, moment, '6m');
        kills += Number(killed);
      }
      figure(`killed ${kills} times`);
      await heal(lab);
    });
    await expectValkey();
  });

  it('a fleet from nothing on Valkey serves', async () => {
    await bare();
    await heal(lab);
    await expectValkey();
    const { out } = await must(lab.reconcile('get', '-f', lab.documents, '-o', 'wide'));
    expect(out).to.match(/acme .*Valkey 8\.1/);
  });
});

/** The servers of a member. */
async function programs(lab: Lab, tenant: string, member: string): Promise<readonly string[]> {
  const command = lab.containers.inside(`${tenant}-${member}`, 'ps -eo comm=');
  const { out } = await must(lab.host(hostOf(member), command));
  return [...new Set(out.split('\n').filter((line) => /-(server|sentinel)$/.test(line)))].sort();
}

/** The PIDs of all containers. */
function processes(lab: Lab): Promise<readonly string[]> {
  return Promise.all(
    members.map(async (member) => (await must(lab.host(hostOf(member), 'lxc-ls -f -F NAME,PID'))).out),
  );
}
