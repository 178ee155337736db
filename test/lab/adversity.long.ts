import { lostDataSuite } from './suites/lost-data.ts';
import { unseenSuite } from './suites/unseen.ts';
import { bootLab, type Lab } from './support/lab.ts';
import { runtimesTried } from './support/runtimes.ts';
import { heal } from './support/tenants.ts';

for (const runtime of runtimesTried)
  describe(`adversity on a fleet of real daemons, with ${runtime}`, function () {
    this.timeout(300_000);
    let lab: Lab | undefined;
    const booted = (): Lab => {
      if (!lab) throw new Error('the lab is not up');
      return lab;
    };

    before(async () => {
      lab = await bootLab('test-adversity', runtime);
      await heal(lab);
    });
    after(() => lab?.down());

    describe('a host that cannot be seen or written to', () => unseenSuite(booted));
    // The last: nothing is left to heal.
    describe("every tenant's data lost behind our back", () => lostDataSuite(booted));
  });
