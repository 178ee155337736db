import { expect } from 'chai';
import { applying, type Moment, moments, onceOnly, twice } from './support/applying.ts';
import { type Lab, labFor, must } from './support/lab.ts';
import { runtimesTried } from './support/runtimes.ts';
import { declaredState } from './support/state.ts';
import { figure, heal } from './support/tenants.ts';

/** In how many of 25 moments an apply is killed: all with `npm run test:long`, a sample in the gate. */
const every = process.env['LONG'] ? 1 : 12;
const pairs = process.env['LONG'] ? { cold: 3, repairs: 7 } : { cold: 1, repairs: 1 };

/** Damage on all hosts that takes about a dozen steps to mend. */
function wreck({ containers: { kill, portScript, startScript } }: Lab): Readonly<Record<string, string>> {
  return {
    'redis-1': 'ovs-vsctl set Port gre-redis-3 protected=false -- set Port ct101 tag=4000',
    'redis-2': `ovs-vsctl del-port gre-redis-1; ${kill('acme-r2')}; rm ${portScript('globex-r2', 102)}`,
    'redis-3': `ovs-vsctl del-port gre-proxy-1; chmod 0700 ${startScript('acme-r3', 101)}; ${kill('globex-r3')}`,
    'proxy-1':
      'echo "# by hand" >>/etc/ec2-redis-operator/haproxy/tenant-acme.cfg; ip address del 10.102.0.1/24 dev tn102',
    'proxy-2': 'systemctl stop ec2-redis-haproxy.service; rm /etc/ec2-redis-operator/mesh/up; ovs-vsctl del-port tn101',
  };
}

for (const runtime of runtimesTried)
  describe(`apply, killed and doubled, with ${runtime}`, function () {
    this.timeout(600_000);
    const booted = labFor('test-kills', runtime);
    let whole: Readonly<Record<string, string>> = {};
    let cold = { steps: 80, passes: 16 };
    const bare = async () => {
      await must(booted().command('down', '--name', booted().name));
      await must(booted().command('up', '--name', booted().name));
    };
    const damage = () =>
      Promise.all(Object.entries(wreck(booted())).map(([host, script]) => must(booted().host(host, script))));

    it('a cold start, undisturbed, is the measure', async () => {
      const { code, out, done, passes } = await applying(booted());
      expect(code, out).to.equal(0);
      expect(twice(onceOnly(done))).to.deep.equal([]);
      await heal(booted());
      whole = await declaredState(booted());
      cold = { steps: done.length, passes };
      figure(`a cold start takes ${done.length} steps in ${passes} passes`);
    });

    it('killed in the middle of a repair: the next apply finishes, with the same end', async function () {
      this.timeout(3_000_000);
      await damage();
      const { code, out, done, passes } = await applying(booted());
      expect(code, out).to.equal(0);
      expect(await declaredState(booted())).to.deep.equal(whole);
      expect(done.length).to.be.greaterThan(8);
      const tried = moments(done.length, passes, every);
      for (const moment of tried) await survives(booted(), moment, damage, whole);
      figure(`a repair of ${done.length} steps, killed at ${tried.length} moments`);
    });

    it('two applies at once over the same damage: both end well, and nothing is done twice that must be done once', async () => {
      for (let round = 1; round <= pairs.repairs; round += 1) {
        await damage();
        await together(booted(), whole);
      }
    });

    it('killed in the middle of a cold start: the next apply finishes, with the same end, and nothing is made twice', async function () {
      this.timeout(6_000_000);
      const tried = moments(cold.steps, cold.passes, every);
      for (const moment of tried) await survives(booted(), moment, bare, whole);
      figure(`a cold start killed at ${tried.length} moments`);
    });

    it('two applies at once from bare hosts: one first master a tenant, and everything made once', async function () {
      this.timeout(1_200_000);
      for (let round = 1; round <= pairs.cold; round += 1) {
        await bare();
        await together(booted(), whole);
      }
    });
  });

async function survives(
  lab: Lab,
  moment: Moment,
  prepare: () => Promise<unknown>,
  whole: Readonly<Record<string, string>>,
): Promise<void> {
  const where = `killed at ${moment.when} ${moment.count}`;
  await prepare();
  const first = await applying(lab, moment);
  const second = await applying(lab);
  expect(second.code, `${where}: ${second.out}`).to.equal(0);
  const again = onceOnly(second.done).filter((one) => onceOnly(first.done).includes(one));
  expect(again, `${where}: made twice`).to.deep.equal([]);
  await inOrder(lab, where, whole);
}

async function together(lab: Lab, whole: Readonly<Record<string, string>>): Promise<void> {
  const both = await Promise.all([applying(lab), applying(lab)]);
  const said = both.map(({ out }) => out).join('\n');
  expect(
    both.map(({ code }) => code),
    said,
  ).to.deep.equal([0, 0]);
  await inOrder(lab, said, whole);
}

async function inOrder(lab: Lab, where: string, whole: Readonly<Record<string, string>>): Promise<void> {
  const plan = await lab.reconcile('plan', '-f', lab.documents);
  expect(plan.code, `${where}: ${plan.out}`).to.equal(0);
  expect(await declaredState(lab), where).to.deep.equal(whole);
}
