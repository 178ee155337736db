import { expect } from 'chai';
import { beginReading, beginWriting, type Lab } from './lab.ts';
import { figure, ports } from './tenants.ts';
import type { WriterReport } from './writer.ts';

const tenants = ['acme', 'globex'] as const;

/** What clients of one tenant saw. */
interface Seen extends WriterReport {
  readonly longestReadGapMs: number;
}

/**
 * Carries it out while a client of each tenant writes through the virtual IP, and another one reads, and prints what they saw. No write may be
 * lost that was acknowledged. Yields what the clients of acme saw.
 */
export async function underClients(lab: Lab, what: string, act: () => Promise<unknown>): Promise<Seen> {
  const clients = await Promise.all(
    tenants.map(async (tenant) => {
      const [port, password] = [ports[tenant], lab.passwords[tenant]];
      return { writer: await beginWriting(lab, port, password), reader: await beginReading(lab, port, password) };
    }),
  );
  const began = Date.now();
  await act();
  const took = seconds(Date.now() - began);
  const seen = await Promise.all(
    clients.map(async ({ writer, reader }) => {
      const [written, read] = await Promise.all([writer.stop(), reader.stop()]);
      return { ...written, longestReadGapMs: read.longestGapMs };
    }),
  );
  const texts = seen.map(
    (one, index) =>
      `${tenants[index]}: ${seconds(one.longestGapMs)} s without acknowledged writes, ${seconds(one.longestReadGapMs)} s without reads, ${one.lostAcknowledged} of ${one.acknowledged} acknowledged writes lost, ${one.lostPlain} of ${one.plain} plain ones`,
  );
  figure(`${what} (${took} s): ${texts.join('; ')}`);
  for (const { acknowledged, lostAcknowledged } of seen) {
    expect(acknowledged).to.be.greaterThan(100);
    expect(lostAcknowledged).to.equal(0);
  }
  const [acme] = seen;
  if (!acme) throw new Error('no clients');
  return acme;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
