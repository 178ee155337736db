import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { dump, load } from 'js-yaml';
import { type FieldRow, rows } from './fields/rows.ts';
import { underClients } from './support/clients.ts';
import { observe } from './support/findings.ts';
import { bootLab, type Lab, must } from './support/lab.ts';
import { heal } from './support/tenants.ts';

const script = readFileSync(join(import.meta.dirname, 'support/declared.sh'), 'utf8');
const hosts = ['redis-1', 'redis-2', 'redis-3', 'proxy-1', 'proxy-2'];

describe('each declared field, changed on a running fleet', function () {
  this.timeout(600_000);
  let lab: Lab;
  let first: readonly string[] = [];

  before(async () => {
    lab = await bootLab('test-fields', 'lxc');
    await heal(lab);
    first = await declaredState(lab);
  });
  after(() => lab?.down());

  for (const row of rows.filter(({ effect }) => typeof effect === 'string'))
    it(`${row.field}: ${row.effect}`, async () => {
      if (row.effect === 'live') {
        // Through the VIP and the ports that are declared first.
        await underClients(lab, row.field, () => tryBothWays(lab, row));
        return;
      }
      const taken = await tryIn(lab, row);
      if (row.effect === 'one way' && taken) await goOn(lab, row);
      else await expectAsBefore(lab);
    });

  /** The new value, and the former one again, each of which apply carries out. */
  async function tryBothWays(lab: Lab, row: FieldRow): Promise<void> {
    await tryIn(lab, row);
    await heal(lab);
    await expectAsBefore(lab);
  }

  async function expectAsBefore(lab: Lab): Promise<void> {
    expect((await observe(lab)).code).to.equal(0);
    expect(differences(first, await declaredState(lab))).to.deep.equal([]);
  }

  /** Leaves the new value in place. */
  async function goOn(lab: Lab, row: FieldRow): Promise<void> {
    expect((await observe(lab)).findings.map(({ remedy }) => remedy.by)).to.include('manual');
    change(lab, row);
    first = await declaredState(lab);
  }
});

type Tried = Extract<FieldRow['effect'], string>;

/** What plan and apply do with the new value, until the former one is in the document again. */
async function tryIn(lab: Lab, row: FieldRow): Promise<unknown> {
  const restore = change(lab, row);
  try {
    return await tryOut[row.effect as Tried](lab);
  } finally {
    restore();
  }
}

const tryOut: { readonly [E in Tried]: (lab: Lab) => Promise<unknown> } = {
  live: async (lab) => {
    expect((await observe(lab)).code).to.equal(1);
    await heal(lab);
  },
  /** Whether it was carried out. Where the kernel lets nobody grow a mounted file system, the disks stay as they are. */
  'one way': async (lab) => {
    const { code, out } = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '1m');
    if (code === 2) expect(out).to.contain('CAP_SYS_RESOURCE');
    else await heal(lab);
    return code !== 2;
  },
  operator: async (lab) => {
    const { code, findings } = await observe(lab);
    expect(code, JSON.stringify(findings)).to.equal(0);
  },
  refused: async (lab) => {
    const planned = await observe(lab);
    expect(planned.code, planned.out).to.equal(1);
    expect(planned.findings.map(({ remedy }) => remedy.by)).to.include('manual');
    const applied = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '20s');
    expect(applied.code, applied.out).to.equal(2);
  },
  unknown: async (lab) => {
    const { code, out } = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '20s');
    expect(code, out).to.equal(3);
  },
  error: async (lab) => {
    const { code, err } = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '20s');
    expect(code, err).to.equal(2);
  },
};

/** Gives the field its new value, in the first document of its kind. Returns what restores the document. */
function change(lab: Lab, { field, at, to }: FieldRow): () => void {
  const [kind = '', ...path] = (at ?? field).split('.');
  const file = readdirSync(lab.documents)
    .map((name) => join(lab.documents, name))
    .find((one) => (load(readFileSync(one, 'utf8')) as Item)['kind'] === kind);
  if (!file) throw new Error(`no document of kind ${kind}`);
  const text = readFileSync(file, 'utf8');
  const document = load(text) as Item;
  put(document, path, to);
  writeFileSync(file, dump(document));
  return () => writeFileSync(file, text);
}

type Item = Record<string, unknown>;

function put(into: Item, [name = '', ...rest]: readonly string[], to: unknown): void {
  const key = name.replace('[]', '');
  if (name.endsWith('[]')) {
    const list = into[key] as unknown[];
    if (rest.length) put(list[0] as Item, rest, to);
    else list[0] = to;
  } else if (rest.length) {
    into[key] ??= {};
    put(into[key] as Item, rest, to);
  } else into[key] = to;
}

/** Lines that one of two states has, and the other does not. */
function differences(before: readonly string[], now: readonly string[]): readonly string[] {
  const gone = before.filter((line) => !now.includes(line)).map((line) => `- ${line}`);
  return [...gone, ...now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`)];
}

/** Of all hosts, one line each. */
async function declaredState(lab: Lab): Promise<readonly string[]> {
  const passwords = Object.entries(lab.passwords).map(([tenant, password]) => `${tenant} ${password}\n`);
  const parts = hosts.map(async (host) => {
    const { out } = await must(lab.host(host, script, passwords.join('')));
    // Which proxy has the virtual IP is not declared.
    return out.split('\n').map((line) => `${line.endsWith('/32') ? 'one proxy' : host} ${line}`);
  });
  return (await Promise.all(parts)).flat();
}
