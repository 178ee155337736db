import { expect } from 'chai';
import { applySuite } from './suites/apply.ts';
import { failoverSuite } from './suites/failover.ts';
import { hostSuite } from './suites/hosts.ts';
import { isolationSuite } from './suites/isolation.ts';
import { proxySuite } from './suites/proxies.ts';
import { bootLab, interrupted, type Lab } from './support/lab.ts';
import { watchForSecrets } from './support/secrets.ts';
import { heal } from './support/tenants.ts';

describe('on a fleet of real daemons', function () {
  this.timeout(300_000);
  let lab: Lab | undefined;
  let leaks: ReturnType<typeof watchForSecrets> | undefined;
  const booted = (): Lab => {
    if (!lab) throw new Error('the lab is not up');
    return lab;
  };

  before(async () => {
    lab = await bootLab('test');
    leaks = watchForSecrets(lab);
  });

  after(async () => {
    await leaks?.end();
    await lab?.down();
  });

  it('apply interrupted with Ctrl-C ends after the steps under way, and says what is left', async () => {
    const { code, out } = await interrupted(booted(), 'create container');
    expect(code).to.equal(2);
    expect(out).to.match(
      /quickstart: interrupted; the next apply goes on from here \(\d+ steps done in \d+ passes; left: \d+ findings/,
    );
  });

  it('apply builds two tenants from nothing, and plan then finds nothing', async () => {
    await heal(booted());
  });

  describe('in order', () => applySuite(booted));
  describe('tenants', () => isolationSuite(booted));
  describe('failover', () => failoverSuite(booted));
  describe('hosts', () => hostSuite(booted));
  describe('proxies', () => proxySuite(booted));

  // In a suite of its own: mocha runs a suite's own tests before the suites within it.
  describe('secrets', () =>
    it('no password was ever in an argument, an environment, a log or a loosely kept file', async () => {
      const { found, looks, told } = (await leaks?.end()) ?? { found: [], looks: 0, told: 0 };
      expect(found).to.deep.equal([]);
      expect(looks).to.be.greaterThan(50);
      expect(told).to.be.greaterThan(500);
    }));
});
