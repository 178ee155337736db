import { expect } from 'chai';
import type { Case } from '../cases/case.ts';
import { changes } from '../cases/changes.ts';
import { degradations } from '../cases/degradations.ts';
import { furtherOutages, outages } from '../cases/outages.ts';
import { standbyCases } from '../cases/standby.ts';
import { expectFinding, hasFinding, observe } from '../support/findings.ts';
import { judged } from '../support/judge.ts';
import { type Lab, until } from '../support/lab.ts';
import { heal, redisCli, type TenantView, view } from '../support/tenants.ts';

/** The outages and one of the rest; `npm run test:long` tries all. */
const tried: readonly Case[] = process.env['LONG']
  ? [...outages, ...furtherOutages, ...standbyCases, ...degradations, ...changes]
  : [...outages, ...standbyCases.slice(0, 1)];

/**
 * What happens to a fleet, and what the commands say of it: `get` whether clients are served and why not, as a client finds that shares no
 * code with the product, `plan` what is wrong and with which exit code, `apply` whether it is repaired. Then it is undone, and in order.
 */
export function caseSuite(lab: () => Lab): void {
  judged(lab);
  for (const one of tried)
    it(`${one.name}: Ready is ${one.ready} with ${one.reason}, plan exits ${one.plan}, apply exits ${one.apply}; then it is in order`, async function () {
      this.timeout(600_000);
      const { tenant, findings } = one;
      try {
        await one.breakIt(lab());
        const isShown = ({ ready, reason, message }: TenantView) =>
          ready === one.ready && reason === one.reason && (one.words?.test(message) ?? true);
        const shown = await (one.atOnce
          ? view(lab(), tenant)
          : until('get to show it', () => view(lab(), tenant), isShown));
        expect(isShown(shown), JSON.stringify(shown)).to.equal(true);
        if (shown.ready !== 'Unknown')
          expect(await isServed(lab(), tenant), shown.message).to.equal(one.ready === 'True');
        // A member that exits again and again is between two states at times.
        const planned = await until(
          'a plan with all findings',
          () => observe(lab()),
          (plan) => findings.every((expected) => hasFinding(plan.findings, expected)),
        );
        for (const expected of findings) expectFinding(planned.findings, expected);
        // A connection that somebody kept over a reload is shown as info.
        one.check?.(
          shown,
          planned.findings.filter(({ remedy }) => remedy.by !== 'info'),
        );
        expect(planned.code, planned.out).to.equal(one.plan);
        const applied = await lab().reconcile('apply', '-f', lab().documents, '--timeout', '2m');
        expect(applied.code, applied.out).to.equal(one.apply);
        if (one.apply === 2) expect(applied.out).to.contain('manual action is required');
      } finally {
        await one.release?.(lab());
      }
      await heal(lab());
      await until('an accepted write', () => isServed(lab(), tenant), Boolean);
      await redisCli(lab(), tenant, 'FLUSHALL');
    });
}

/** Whether a client can write and read. */
async function isServed(lab: Lab, tenant: Case['tenant']): Promise<boolean> {
  const value = String(Date.now());
  const written = await redisCli(lab, tenant, 'SET', 'judged', value);
  return written === 'OK' && (await redisCli(lab, tenant, 'GET', 'judged')) === value;
}
