import { expect } from 'chai';
import { applying, type Moment, moments, onceOnly, twice } from './support/applying.ts';
import { type Lab, labFor, must } from './support/lab.ts';
import { runtimesTried } from './support/runtimes.ts';
import { declaredState } from './support/state.ts';
import { figure, heal } from './support/tenants.ts';

const long = process.env['LONG'] !== undefined;
/** Which of the 25 moments are tried: the first and one in the middle, with `npm run test:long` all. */
const every = long ? 1 : 12;
const pairs = { cold: 3, repairs: long ? 7 : 1 };

/** Faults on all hosts, which take about a dozen steps to repair. */
function faultsOn({ containers: { kill, portScript, startScript } }: Lab): Readonly<Record<string, string>> {
  return {
    'redis-1': 'ovs-vsctl set Port gre-redis-3 protected=false -- set Port ct101 tag=4000',
    'redis-2': `ovs-vsctl del-port gre-redis-1; ${kill('acme-r2')}; rm ${portScript('globex-r2', 102)}`,
    'redis-3': `ovs-vsctl del-port gre-proxy-1; chmod 0700 ${startScript('acme-r3', 101)}; ${kill('globex-r3')}`,
    'proxy-1':
      'echo "# edited" >>/etc/ec2-redis-operator/haproxy/tenant-acme.cfg; ip address del 10.102.0.1/24 dev tn102',
    'proxy-2': 'systemctl stop ec2-redis-haproxy.service; rm /etc/ec2-redis-operator/mesh/up; ovs-vsctl del-port tn101',
  };
}

for (const runtime of runtimesTried)
  describe(`apply, killed and in parallel, with ${runtime}`, function () {
    this.timeout(600_000);
    const booted = labFor('test-kills', runtime);
    let whole: Readonly<Record<string, string>> = {};
    let cold = { steps: 80, passes: 16 };
    const bare = async () => {
      await must(booted().command('down', '--name', booted().name));
      await must(booted().command('up', '--name', booted().name));
    };
    const injectFaults = () =>
      Promise.all(Object.entries(faultsOn(booted())).map(([host, script]) => must(booted().host(host, script))));

    it('a cold start without faults, for the number of steps', async () => {
      const { code, out, done, passes } = await applying(booted());
      expect(code, out).to.equal(0);
      expect(twice(onceOnly(done))).to.deep.equal([]);
      await heal(booted());
      whole = await declaredState(booted());
      cold = { steps: done.length, passes };
      figure(`a cold start takes ${done.length} steps in ${passes} passes`);
    });

    it('killed during a repair: the next apply finishes, with the same result', async function () {
      this.timeout(3_000_000);
      await injectFaults();
      const { code, out, done, passes } = await applying(booted());
      expect(code, out).to.equal(0);
      expect(await declaredState(booted())).to.deep.equal(whole);
      expect(done.length).to.be.greaterThan(8);
      const all = moments(done.length, passes, every);
      const tried = long ? all : all.slice(0, 2);
      for (const moment of tried) await recovers(booted(), moment, injectFaults, whole);
      figure(`a repair of ${done.length} steps, killed at ${tried.length} moments`);
    });

    it('two applies in parallel repair the same faults: both succeed, and nothing is done twice that must be done once', async () => {
      for (let round = 1; round <= pairs.repairs; round += 1) {
        await injectFaults();
        await together(booted(), whole);
      }
    });

    if (long) {
      it('killed during a cold start: the next apply finishes, with the same result, and nothing is created twice', async function () {
        this.timeout(6_000_000);
        const tried = moments(cold.steps, cold.passes, every);
        for (const moment of tried) await recovers(booted(), moment, bare, whole);
        figure(`a cold start killed at ${tried.length} moments`);
      });

      it('two applies in parallel from bare hosts: one initial master per tenant, and everything created once', async function () {
        this.timeout(1_200_000);
        for (let round = 1; round <= pairs.cold; round += 1) {
          await bare();
          await together(booted(), whole);
        }
      });
    }
  });

async function recovers(
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
  expect(again, `${where}: created twice`).to.deep.equal([]);
  await inOrder(lab, where, whole);
}

async function together(lab: Lab, whole: Readonly<Record<string, string>>): Promise<void> {
  const both = await Promise.all([applying(lab), applying(lab)]);
  const output = both.map(({ out }) => out).join('\n');
  expect(
    both.map(({ code }) => code),
    output,
  ).to.deep.equal([0, 0]);
  await inOrder(lab, output, whole);
}

async function inOrder(lab: Lab, where: string, whole: Readonly<Record<string, string>>): Promise<void> {
  const plan = await lab.reconcile('plan', '-f', lab.documents);
  expect(plan.code, `${where}: ${plan.out}`).to.equal(0);
  expect(await declaredState(lab), where).to.deep.equal(whole);
}
