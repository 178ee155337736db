import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { rows } from '../e2e/fields/rows.ts';

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

describe('the table of changed fields', () => {
  it('has one row for each field of the three kinds, and none more', () => {
    const fields = ['Cluster', 'Tenant', 'ProxyPair'].flatMap((kind) => {
      const text = readFileSync(new URL(`../../crds/${kind.toLowerCase()}.yaml`, import.meta.url), 'utf8');
      const root = (load(text) as Definition).spec.versions[0].schema.openAPIV3Schema;
      return ['metadata', 'spec'].flatMap((part) => leaves(root.properties?.[part] ?? {}, `${kind}.${part}`));
    });
    expect(rows.map(({ field }) => field).sort()).to.deep.equal(fields.sort());
  });

  it('names a suite that exists where a field is changed elsewhere', () => {
    for (const { effect } of rows)
      if (typeof effect === 'object') expect(existsSync(effect.in), effect.in).to.equal(true);
  });
});
