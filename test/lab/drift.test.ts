import { ciSuite } from './suites/ci.ts';
import { readOnlySuite } from './suites/read-only.ts';
import { bootLab, type Lab, must } from './support/lab.ts';

describe('drift, on a fleet of real daemons', function () {
  this.timeout(300_000);
  let lab: Lab | undefined;
  const booted = (): Lab => {
    if (!lab) throw new Error('the lab is not up');
    return lab;
  };

  before(async () => {
    lab = await bootLab('test-drift');
    await must(lab.reconcile('apply', '-f', lab.documents));
  });

  after(async () => {
    await lab?.down();
  });

  describe('in CI', () => ciSuite(booted));
  describe('changes nothing', () => readOnlySuite(booted));
});
