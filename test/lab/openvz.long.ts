import { failoverSuite } from './suites/failover.ts';
import { hostSuite } from './suites/hosts.ts';
import { proxySuite } from './suites/proxies.ts';
import { bootLab, type Lab } from './support/lab.ts';
import { heal } from './support/tenants.ts';

describe('what fails on a fleet of real daemons, with OpenVZ', function () {
  this.timeout(300_000);
  let lab: Lab | undefined;
  const booted = (): Lab => {
    if (!lab) throw new Error('the lab is not up');
    return lab;
  };

  before(async () => {
    lab = await bootLab('test-openvz-long', 'openvz');
    await heal(lab);
  });
  after(() => lab?.down());

  describe('failover', () => failoverSuite(booted));
  describe('hosts', () => hostSuite(booted));
  describe('proxies', () => proxySuite(booted));
});
