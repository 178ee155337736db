import { expect } from 'chai';
import { addressingSuite } from './suites/addressing.ts';
import { applySuite } from './suites/apply.ts';
import { caseSuite } from './suites/cases.ts';
import { connectionSuite } from './suites/connections.ts';
import { consentSuite } from './suites/consent.ts';
import { drillSuite } from './suites/drill.ts';
import { failoverSuite } from './suites/failover.ts';
import { hostSuite } from './suites/hosts.ts';
import { isolationSuite } from './suites/isolation.ts';
import { proxySuite } from './suites/proxies.ts';
import { restartSuite } from './suites/restarts.ts';
import { rollSuite } from './suites/rolls.ts';
import { serviceSuite } from './suites/service.ts';
import { standbySuite } from './suites/standby.ts';
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

  it('apply interrupted with Ctrl-C ends after the steps in progress, and reports what is left', async () => {
    const { code, out } = await interrupted(booted(), 'create container');
    expect(code).to.equal(2);
    expect(out).to.match(
      /quickstart: interrupted; the next apply continues from here \(\d+ steps done in \d+ passes; left: \d+ findings/,
    );
  });

  it('apply builds two tenants from nothing, and plan then reports no differences', async () => {
    await heal(booted());
  });

  describe('in order', () => applySuite(booted));
  describe('consent', () => consentSuite(booted));
  describe('tenants', () => isolationSuite(booted));
  describe('addressing', () => addressingSuite(booted));
  describe('failover', () => failoverSuite(booted));
  describe('drill', () => drillSuite(booted));
  describe('rolls', () => rollSuite(booted));
  describe('hosts', () => hostSuite(booted));
  describe('proxies', () => proxySuite(booted));
  describe('restarts', () => restartSuite(booted));
  describe('the proxy without the VIP', () => standbySuite(booted));
  describe('service', () => serviceSuite(booted));
  describe('cases', () => caseSuite(booted));
  describe('connections', () => connectionSuite(booted));

  // In its own suite, since mocha runs the tests of a suite before the suites within it.
  describe('secrets', () =>
    it('no password was in an argument, an environment, a log or a file that others may read', async () => {
      const { found, scans, lines } = (await leaks?.end()) ?? { found: [], scans: 0, lines: 0 };
      expect(found).to.deep.equal([]);
      expect(scans).to.be.greaterThan(50);
      expect(lines).to.be.greaterThan(500);
    }));
});
