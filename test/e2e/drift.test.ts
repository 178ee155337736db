import { ciSuite } from './suites/ci.ts';
import { readOnlySuite } from './suites/read-only.ts';
import { labFor, must } from './support/lab.ts';

describe('drift, on a fleet of real daemons', function () {
  this.timeout(900_000);
  const booted = labFor('test-drift', 'lxc', (lab) => must(lab.reconcile('apply', '-f', lab.documents)));

  describe('in CI', () => ciSuite(booted));
  describe('changes nothing', () => readOnlySuite(booted));
});
