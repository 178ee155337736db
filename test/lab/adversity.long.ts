import { lostDataSuite } from './suites/lost-data.ts';
import { unseenSuite } from './suites/unseen.ts';
import { labFor } from './support/lab.ts';
import { runtimesTried } from './support/runtimes.ts';
import { heal } from './support/tenants.ts';

for (const runtime of runtimesTried)
  describe(`adversity on a fleet of real daemons, with ${runtime}`, function () {
    this.timeout(300_000);
    const booted = labFor('test-adversity', runtime, heal);

    describe('a host that cannot be seen or written to', () => unseenSuite(booted));
    // The last: nothing is left to heal.
    describe("every tenant's data lost behind our back", () => lostDataSuite(booted));
  });
