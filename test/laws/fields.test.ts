import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { load } from 'js-yaml';
import type { ChangeEffect } from '../../crds/changes/change.ts';
import { changes } from '../../crds/changes/index.ts';
import { type FieldRow, rows } from '../e2e/fields/rows.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Definition {
  readonly spec: { readonly versions: readonly [{ readonly schema: { readonly openAPIV3Schema: Schema } }] };
}

/** The paths of all fields below a schema that have no fields of their own. */
function leaves({ properties, items }: Schema, path: string): readonly string[] {
  if (properties) return Object.entries(properties).flatMap(([name, one]) => leaves(one, `${path}.${name}`));
  return items ? leaves(items, `${path}[]`) : [path];
}

/** Every field of the three kinds, such as `Cluster.spec.mesh.bridge`. */
const fields = ['Cluster', 'Tenant', 'ProxyPair'].flatMap((kind) => {
  const text = readFileSync(new URL(`../../crds/${kind.toLowerCase()}.yaml`, import.meta.url), 'utf8');
  const root = (load(text) as Definition).spec.versions[0].schema.openAPIV3Schema;
  return ['metadata', 'spec'].flatMap((part) => leaves(root.properties?.[part] ?? {}, `${kind}.${part}`));
});

/** What the user is documented about each field, in docs/reference/changes.md. */
const documented = Object.entries(changes).flatMap(([kind, all]) =>
  all.flatMap((row) => row.fields.map((field) => ({ ...row, field: `${kind}.${field}` }))),
);

/** What may be measured (test/e2e/fields/rows.ts) where each of these is documented. */
const measured: { readonly [E in ChangeEffect]: readonly FieldRow['effect'][] } = {
  live: ['live', 'one way'],
  rolling: ['live'],
  'moves data': ['live'],
  interrupts: ['live'],
  // A login or credentials that are wrong leave hosts unknown.
  operator: ['operator', 'unknown'],
  'at creation': ['operator', 'refused', 'live'],
  refused: ['refused', 'error', 'unknown'],
};

describe('the table of changed fields', () => {
  it('has one row for each field of the three kinds, and none more', () => {
    expect(rows.map(({ field }) => field).sort()).to.deep.equal(fields.sort());
  });

  it('is documented for each field, with what is measured', () => {
    expect(documented.map(({ field }) => field).sort()).to.deep.equal([...fields].sort());
    for (const { field, effect, note } of documented) {
      expect(note, field).not.to.equal('');
      const row = rows.find((one) => one.field === field);
      if (typeof row?.effect === 'string') expect(measured[effect], `${field}: ${effect}`).to.include(row.effect);
    }
  });

  it('says how long an interruption is, and what to do instead of a change that is refused', () => {
    for (const { field, effect, note } of documented) {
      if (effect === 'interrupts') expect(note, field).to.match(/for good|about (a|\d+) (second|s)\b/);
      if (effect === 'refused') expect(note, field).to.match(/declare|add|see the guide|put that one back/i);
    }
  });

  it('names a suite that exists where a field is changed elsewhere', () => {
    for (const { effect } of rows)
      if (typeof effect === 'object') expect(existsSync(effect.in), effect.in).to.equal(true);
  });
});
