import { lostDataSuite } from './suites/lost-data.ts';
import { splitSuite } from './suites/split.ts';
import { unknownSuite } from './suites/unknown.ts';
import { labFor } from './support/lab.ts';
import { runtimesTried } from './support/runtimes.ts';
import { heal } from './support/tenants.ts';

for (const runtime of runtimesTried)
  describe(`adversity on a fleet of real daemons, with ${runtime}`, function () {
    this.timeout(300_000);
    const booted = labFor('test-adversity', runtime, heal);

    describe('a host that cannot be observed or written to', () => unknownSuite(booted));
    describe('two proxies that live and do not hear each other', () => splitSuite(booted));
    // The last one: no data is left afterwards.
    describe("every tenant's data lost", () => lostDataSuite(booted));
  });
