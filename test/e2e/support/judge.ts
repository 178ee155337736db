import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import type { Lab } from './lab.ts';
import { ports, views } from './tenants.ts';

/** How long get and the client may differ, in milliseconds: get looks at a moment within the seconds that it takes. */
const limitMs = 3000;

/** One SET and GET of the client, or one answer of get. Times in milliseconds since the epoch. */
export interface Judgement {
  readonly begun: number;
  readonly ended: number;
  /** Undefined: get does not know. */
  readonly served: boolean | undefined;
}

/**
 * In test:long, get is compared in every test of the suite with a client that shares no code with the product: it must say of each tenant what
 * the client experiences.
 */
export function judged(lab: () => Lab): void {
  if (!process.env['LONG']) return;
  let judge: { stop(): Promise<readonly string[]> };
  beforeEach(() => {
    judge = beginJudging(lab());
  });
  afterEach(async () => {
    expect(await judge.stop()).to.deep.equal([]);
  });
}

type Tenant = keyof typeof ports;

/** Asks both again and again. Stopped, it returns one line for each time that they differed for too long. */
function beginJudging(lab: Lab): { stop(): Promise<readonly string[]> } {
  const tenants = Object.keys(ports) as Tenant[];
  let stopped = false;
  const collected = async (ask: () => Promise<boolean | undefined>) => {
    const all: Judgement[] = [];
    while (!stopped) {
      const begun = Date.now();
      const served = await ask();
      all.push({ begun, ended: Date.now(), served });
      await setTimeout(1000);
    }
    return all;
  };
  const clients = tenants.map((tenant) => collected(() => isServed(lab, tenant)));
  const answers = new Map<Tenant, Judgement[]>(tenants.map((tenant) => [tenant, []]));
  const asked = collected(async () => {
    const begun = Date.now();
    const shown = await views(lab);
    for (const [tenant, list] of answers) {
      const ready = shown.find(({ name }) => name === tenant)?.ready;
      list.push({ begun, ended: Date.now(), served: ready === 'Unknown' ? undefined : ready === 'True' });
    }
    return undefined;
  });
  return {
    stop: async () => {
      stopped = true;
      await asked;
      const attempts = await Promise.all(clients);
      return tenants.flatMap((tenant, index) =>
        disagreements(answers.get(tenant) ?? [], attempts[index] ?? []).map((line) => `${tenant}: ${line}`),
      );
    },
  };
}

/** A new connection through the virtual address, a SET and a GET. */
async function isServed(lab: Lab, tenant: Tenant): Promise<boolean> {
  const script = `read -r REDISCLI_AUTH; export REDISCLI_AUTH
    printf 'SET judge %s\\nGET judge\\n' "$2" | timeout 2 redis-cli -h 10.80.1.100 -p "$1"`;
  const value = String(Date.now());
  const { out } = await lab.run(['sh', '-c', script, 'sh', String(ports[tenant]), value], `${lab.passwords[tenant]}\n`);
  return out === `OK\n${value}\n`;
}

/**
 * The times for which get said something else than what the client experienced. An answer differs if it contradicts every attempt that was
 * under way during it; consecutive ones count from the first to the last.
 */
export function disagreements(answers: readonly Judgement[], attempts: readonly Judgement[]): readonly string[] {
  const lines: string[] = [];
  let first: Judgement | undefined;
  for (const answer of answers) {
    const during = attempts.filter(({ begun, ended }) => begun <= answer.ended && ended >= answer.begun);
    const differs = during.length > 0 && during.every(({ served }) => served === !answer.served);
    if (answer.served === undefined || !differs) {
      first = undefined;
      continue;
    }
    if (first?.served !== answer.served) first = answer;
    const [from, to] = [first.ended, answer.ended];
    if (to - from > limitMs)
      lines.push(
        `get said ${answer.served ? 'Ready' : 'not Ready'} from ${clock(from)} to ${clock(to)}; the client differed`,
      );
  }
  return lines;
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
