import { expect } from 'chai';
import { rows } from './repairs/index.ts';
import type { Row } from './repairs/row.ts';
import { beginWatch, drivers, inOrder, repairedByApply, repairedByWatch, reports } from './support/drivers.ts';
import { foreignState, plantForeign, plantPort } from './support/foreign.ts';
import { judged } from './support/judge.ts';
import { beginWriting, bootLab, type Lab } from './support/lab.ts';
import { runtimesTried } from './support/runtimes.ts';
import { figure, heal, ports } from './support/tenants.ts';

/** One row per component; `npm run test:long` tries all. */
const sampled =
  /^(a GRE port deleted|a container stopped|a container's memory|HAProxy stopped|a Redis setting|a Sentinel with)/;
const tried = rows.filter(({ name }) => process.env['LONG'] || sampled.test(name));

for (const runtime of runtimesTried)
  describe(`repairs, with ${runtime}`, function () {
    this.timeout(300_000);
    const { observers, watches } = drivers;
    const times: string[] = [];
    let lab: Lab;
    let foreign: readonly string[] = [];
    let current: Row | undefined;

    before(async () => {
      lab = await bootLab('test-repairs', runtime);
      await plantForeign(lab);
      const before = await foreignState(lab);
      await heal(lab);
      expect(await foreignState(lab)).to.deep.equal(before);
      await plantPort(lab);
      foreign = await foreignState(lab);
    });

    // A row that failed must not affect the next one.
    afterEach(async function () {
      const row = current;
      current = undefined;
      await row?.release?.(lab);
      if (row && this.currentTest?.isFailed()) await lab.reconcile('apply', '-f', lab.documents, '--timeout', '4m');
    });

    after(async () => {
      for (const line of times) figure(line);
      await lab?.down();
    });

    const breakAndRepair = async (row: Row, driver: string, repaired: () => Promise<void>) => {
      current = row;
      const { unaffected } = row;
      const writer = unaffected && (await beginWriting(lab, ports[unaffected], lab.passwords[unaffected]));
      const begun = Date.now();
      await row.breakIt(lab);
      await repaired();
      const time = `${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s until ${driver} had repaired: ${row.name}`;
      times.push(time);
      figure(time);
      expect((await writer?.stop())?.lostAcknowledged ?? 0, `acknowledged writes of ${unaffected}`).to.equal(0);
    };

    judged(() => lab);
    for (const row of tried)
      it(`${row.name}: reported by ${observers.join(' and ')}, repaired by one apply`, () =>
        breakAndRepair(row, 'apply', async () => {
          await Promise.all(observers.map((command) => reports(lab, row, command)));
          await row.manualAction?.(lab);
          await repairedByApply(lab, row);
        }));

    if (watches)
      describe('under a watch', () => {
        let watch: ReturnType<typeof beginWatch>;
        before(() => {
          watch = beginWatch(lab);
        });
        after(() => watch.end());

        for (const row of tried)
          it(`${row.name}: repaired without a command`, () =>
            breakAndRepair(row, 'watch', async () => {
              await row.manualAction?.(lab);
              await repairedByWatch(lab, row);
            }));
      });

    describe('afterwards', () =>
      it('foreign resources are unchanged, and plan reports no differences', async () => {
        expect(await foreignState(lab)).to.deep.equal(foreign);
        await inOrder(lab);
      }));
  });
