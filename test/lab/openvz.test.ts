import { applySuite } from './suites/apply.ts';
import { failoverSuite } from './suites/failover.ts';
import { hostSuite } from './suites/hosts.ts';
import { isolationSuite } from './suites/isolation.ts';
import { bootLab, type Lab } from './support/lab.ts';
import { heal } from './support/tenants.ts';

/** The same fleet, its containers OpenVZ's (lab/assets/openvz). What does not touch containers is tried once, with LXC. */
describe('on a fleet of real daemons, with OpenVZ', function () {
  this.timeout(300_000);
  let lab: Lab | undefined;
  const booted = (): Lab => {
    if (!lab) throw new Error('the lab is not up');
    return lab;
  };

  before(async () => {
    lab = await bootLab('test-openvz', 'openvz');
  });
  after(() => lab?.down());

  it('apply builds two tenants from nothing, and plan then finds nothing', () => heal(booted()));

  describe('in order', () => applySuite(booted));
  describe('tenants', () => isolationSuite(booted));
  describe('failover', () => failoverSuite(booted));
  describe('hosts', () => hostSuite(booted));
});
