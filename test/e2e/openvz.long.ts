import { failoverSuite } from './suites/failover.ts';
import { hostSuite } from './suites/hosts.ts';
import { proxySuite } from './suites/proxies.ts';
import { labFor } from './support/lab.ts';
import { heal } from './support/tenants.ts';

describe('failures on a fleet of real daemons, with OpenVZ', function () {
  this.timeout(300_000);
  const booted = labFor('test-openvz-long', 'openvz', heal);

  describe('failover', () => failoverSuite(booted));
  describe('hosts', () => hostSuite(booted));
  describe('proxies', () => proxySuite(booted));
});
