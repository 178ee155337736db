import { applySuite } from './suites/apply.ts';
import { isolationSuite } from './suites/isolation.ts';
import { openvzToolsSuite } from './suites/openvz-tools.ts';
import { labFor } from './support/lab.ts';
import { heal } from './support/tenants.ts';

/** The same fleet with OpenVZ containers (lab/assets/openvz). Tests that take minutes are in openvz.long.ts. */
describe('on a fleet of real daemons, with OpenVZ', function () {
  this.timeout(300_000);
  const booted = labFor('test-openvz', 'openvz');

  describe('its tools', () => openvzToolsSuite(booted));
  describe('from nothing', () =>
    it('apply builds two tenants, and plan then reports no differences', () => heal(booted())));
  describe('in order', () => applySuite(booted));
  describe('tenants', () => isolationSuite(booted));
});
