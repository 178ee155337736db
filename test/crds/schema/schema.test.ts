import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { parseDocuments } from '../../../crds/load/documents.ts';
import { FORMATS, PATTERNS } from '../../../crds/schema/patterns.ts';
import { KINDS } from '../../../crds/schema/schemas.ts';
import { validateDocument } from '../../../crds/schema/validate.ts';
import { quickstart } from '../../support/quickstart.ts';

type Schema = { readonly [keyword: string]: unknown };
interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

function definition(kind: string): Definition {
  return load(readFileSync(new URL(`../../../crds/${kind.toLowerCase()}.yaml`, import.meta.url), 'utf8')) as Definition;
}

/** Every schema within a schema, with its path. */
function walk(schema: Schema, path: string): (readonly [string, Schema])[] {
  const properties = Object.entries((schema['properties'] ?? {}) as { [name: string]: Schema });
  const more = (['items', 'additionalProperties'] as const).flatMap((keyword) => {
    const sub = schema[keyword];
    return typeof sub === 'object' ? walk(sub as Schema, `${path}.${keyword}`) : [];
  });
  return [[path, schema], ...properties.flatMap(([name, sub]) => walk(sub, `${path}.${name}`)), ...more];
}

describe('the CustomResourceDefinitions', () => {
  const nodes = KINDS.flatMap((kind) => {
    const [version] = definition(kind).spec.versions;
    return walk(version?.schema.openAPIV3Schema ?? {}, kind);
  });

  it('are structural, as Kubernetes requires', () => {
    for (const kind of KINDS) {
      const { metadata, spec } = definition(kind);
      expect(metadata.name).to.equal(`${spec.names.plural}.${spec.group}`);
    }
    for (const [path, schema] of nodes) {
      const typed = typeof schema['type'] === 'string' || schema['x-kubernetes-int-or-string'] === true;
      expect(typed, `${path} has a type`).to.equal(true);
      expect('properties' in schema && 'additionalProperties' in schema, `${path} has both`).to.equal(false);
      expect(schema['type'] === 'array' && !('items' in schema), `${path} has no items`).to.equal(false);
    }
  });

  it('describe every field', () => {
    const undescribed = nodes.filter(
      ([path, schema]) => !('description' in schema) && !/\.(items|additionalProperties|metadata)$/.test(path),
    );
    expect(undescribed.map(([path]) => path)).to.deep.equal([]);
  });

  it('have a description of every format and pattern, and a valid example', () => {
    for (const [path, { pattern, format }] of nodes) {
      if (typeof pattern === 'string') {
        const described = PATTERNS[pattern];
        expect(described, `${path}: ${pattern}`).not.to.equal(undefined);
        if (described?.example !== 'the output of sha256sum')
          expect(described?.example).to.match(new RegExp(pattern, 'u'));
      }
      if (typeof format === 'string' && !format.startsWith('int')) expect(FORMATS, path).to.have.property(format);
    }
  });

  it('match the generated types and schemas', () => {
    const root = new URL('../../../', import.meta.url);
    const args = ['--import', 'tsx', '.ci/generate-types.ts', '--check'];
    execFileSync(process.execPath, args, { cwd: root, stdio: 'pipe' });
  }).timeout(30_000);
});

describe('defaults', () => {
  const documents = quickstart().map(({ text }) => load(text) as Record<string, unknown>);
  const places = { at: () => ({ file: 'f', line: 1, column: 1 }), key: () => ({ file: 'f', line: 1, column: 1 }) };
  const validated = (value: unknown) => {
    const result = validateDocument({ file: 'f', value, places });
    return 'valid' in result ? result.valid.body : result.issues;
  };

  it('are applied once: validating again changes nothing, whatever is omitted', () => {
    const optional = ['mesh', 'resources', 'redis', 'sentinel', 'haproxy'];
    fc.assert(
      fc.property(fc.constantFrom(...documents), fc.subarray(optional), (document, dropped) => {
        const spec = Object.entries(document['spec'] as object).filter(([name]) => !dropped.includes(name));
        const once = validated({ ...document, spec: Object.fromEntries(spec) });
        expect(once, 'valid').to.have.property('spec');
        expect(validated(once)).to.deep.equal(once);
      }),
    );
  });

  it('do not change the parsed document', () => {
    const [parsed] = parseDocuments(quickstart()).documents;
    const before = structuredClone(parsed?.value);
    if (parsed !== undefined) validateDocument(parsed);
    expect(parsed?.value).to.deep.equal(before);
  });

  it('any value is accepted or rejected with an issue, and never throws', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KINDS),
        fc.object({
          key: fc.constantFrom(
            'metadata',
            'spec',
            'hosts',
            'auth',
            'redis',
            'ssh',
            'identity',
            'adopt',
            'passwordFrom',
            'sentinel',
            'timings',
            'profile',
            'name',
            '0',
            'x',
          ),
          maxDepth: 4,
        }),
        (kind, object) => {
          const result = validateDocument({ file: 'f', value: { ...object, kind }, places });
          for (const issue of result.issues)
            expect(`${issue.problem}; ${issue.remedy}`).not.to.match(/undefined|\[object|NaN/);
        },
      ),
    );
  });
});
