import { expect } from 'chai';
import { rows } from './breakages/index.ts';
import type { Row } from './breakages/row.ts';
import { beginWatch, drivers, healsByApply, healsByWatch, inOrder, sees } from './support/drivers.ts';
import { foreignState, plantForeign, plantPort } from './support/foreign.ts';
import { beginWriting, bootLab, type Lab } from './support/lab.ts';
import { runtimesTried } from './support/runtimes.ts';
import { figure, heal, ports } from './support/tenants.ts';

/** Rows of the gate, one a concern; `npm run test:long` has them all. */
const sampled =
  /^(a GRE port deleted|a container stopped|a container's memory|HAProxy stopped|a Redis setting|a Sentinel told)/;
const tried = rows.filter(({ name }) => process.env['LONG'] || sampled.test(name));

for (const runtime of runtimesTried)
  describe(`everything that breaks, with ${runtime}`, function () {
    this.timeout(300_000);
    const { lookers, watches } = drivers;
    const times: string[] = [];
    let lab: Lab;
    let foreign: readonly string[] = [];
    let broken: Row | undefined;

    before(async () => {
      lab = await bootLab('test-breakages', runtime);
      await plantForeign(lab);
      const before = await foreignState(lab);
      await heal(lab);
      expect(await foreignState(lab)).to.deep.equal(before);
      await plantPort(lab);
      foreign = await foreignState(lab);
    });

    // A row that failed must not spoil the next one.
    afterEach(async function () {
      const row = broken;
      broken = undefined;
      await row?.letGo?.(lab);
      if (row && this.currentTest?.isFailed()) await lab.reconcile('apply', '-f', lab.documents, '--timeout', '4m');
    });

    after(async () => {
      for (const line of times) figure(line);
      await lab?.down();
    });

    const breakAndHeal = async (row: Row, driver: string, healed: () => Promise<void>) => {
      broken = row;
      const { spares } = row;
      const writer = spares && (await beginWriting(lab, ports[spares], lab.passwords[spares]));
      const begun = Date.now();
      await row.breakIt(lab);
      await healed();
      const time = `${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s until ${driver} had healed: ${row.name}`;
      times.push(time);
      figure(time);
      expect((await writer?.stop())?.lostAcknowledged ?? 0, `acknowledged writes of ${spares}`).to.equal(0);
    };

    for (const row of tried)
      it(`${row.name}: named by ${lookers.join(' and ')}, healed by one apply`, () =>
        breakAndHeal(row, 'apply', async () => {
          await Promise.all(lookers.map((looker) => sees(lab, row, looker)));
          await row.byHand?.(lab);
          await healsByApply(lab, row);
        }));

    if (watches)
      describe('under a watch', () => {
        let watch: ReturnType<typeof beginWatch>;
        before(() => {
          watch = beginWatch(lab);
        });
        after(() => watch.end());

        for (const row of tried)
          it(`${row.name}: healed, and nobody asked`, () =>
            breakAndHeal(row, 'watch', async () => {
              await row.byHand?.(lab);
              await healsByWatch(lab, row);
            }));
      });

    describe('after all that', () =>
      it('what is foreign is as it was, and plan finds nothing', async () => {
        expect(await foreignState(lab)).to.deep.equal(foreign);
        await inOrder(lab);
      }));
  });
