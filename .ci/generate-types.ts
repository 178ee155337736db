/**
 * Writes crds/documents.generated.ts from crds/*.yaml: the types of the three documents, and the schemas that validate
 * them, as constants, because crds/ reads no files. `--check` writes nothing and exits 1 if the file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

type Schema = { [keyword: string]: unknown };

const KINDS = ['Cluster', 'Tenant', 'ProxyPair'] as const;
const TARGET = new URL('../crds/documents.generated.ts', import.meta.url);

const text = await generate();
if (process.argv.includes('--check')) {
  if (readCurrent() !== text) {
    process.stderr.write(
      'crds/documents.generated.ts is stale: run `node --import tsx .ci/generate-types.ts` and commit it.\n',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(TARGET, text);
}

async function generate(): Promise<string> {
  const parts = ['// Generated from crds/*.yaml by .ci/generate-types.ts. Do not edit.', ''];
  for (const kind of KINDS) {
    const schema = derive(kind);
    const typed = requireDefaulted({ ...schema, title: `${kind}Document` }) as JSONSchema;
    parts.push(
      await compile(typed, `${kind}Document`, { bannerComment: '', format: false, additionalProperties: false }),
    );
    parts.push(
      `export const ${constantName(kind)}: Readonly<Record<string, unknown>> = ${JSON.stringify(schema, null, 2)};\n`,
    );
  }
  return parts.join('\n');
}

/** CRD to JSON schema: closed objects, our own ObjectMeta, and the constants that Kubernetes takes from the URL. */
function derive(kind: string): Schema {
  const crd = load(readFileSync(new URL(`../crds/${kind.toLowerCase()}.yaml`, import.meta.url), 'utf8')) as {
    spec: { group: string; versions: { name: string; schema: { openAPIV3Schema: Schema } }[] };
  };
  const [version] = crd.spec.versions;
  if (version === undefined) throw new Error(`crds/${kind.toLowerCase()}.yaml declares no version`);
  const schema = version.schema.openAPIV3Schema;
  const properties = schema['properties'] as { [name: string]: Schema };
  return closed({
    ...schema,
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      ...properties,
      apiVersion: { ...properties['apiVersion'], enum: [`${crd.spec.group}/${version.name}`] },
      kind: { ...properties['kind'], enum: [kind] },
      metadata: objectMeta(properties['metadata'] ?? {}),
    },
  });
}

function objectMeta(own: Schema): Schema {
  const texts = (description: string): Schema => ({
    description,
    type: 'object',
    additionalProperties: { type: 'string' },
  });
  return {
    description: 'Name and notes.',
    type: 'object',
    required: ['name'],
    properties: {
      ...(own['properties'] as Schema),
      labels: texts('Notes to select by.'),
      annotations: texts('Annotations for users and tools.'),
    },
  };
}

/** Kubernetes forbids `additionalProperties: false` beside `properties` and prunes unknown fields. Here they are rejected, so objects are closed. */
function closed(schema: Schema): Schema {
  const out = mapSubschemas(schema, closed);
  if ('properties' in out) out['additionalProperties'] = false;
  if (out['x-kubernetes-int-or-string'] === true) out['type'] = ['integer', 'string'];
  return out;
}

/** After validation a field with a default always exists, so its type is not optional. */
function requireDefaulted(schema: Schema): Schema {
  const { oneOf: _oneOf, not: _not, ...out } = mapSubschemas(schema, requireDefaulted);
  // Only a pair is a tuple: "at least five hosts" is not useful as a type.
  if (out['minItems'] !== out['maxItems']) {
    delete out['minItems'];
    delete out['maxItems'];
  }
  const properties = (out['properties'] ?? {}) as { [name: string]: Schema };
  const defaulted = Object.keys(properties).filter((name) => 'default' in (properties[name] ?? {}));
  const required = (out['required'] ?? []) as string[];
  return { ...out, ...(defaulted.length > 0 ? { required: [...new Set([...required, ...defaulted])] } : {}) };
}

function mapSubschemas(schema: Schema, map: (sub: Schema) => Schema): Schema {
  const out = { ...schema };
  if (out['properties']) {
    const entries = Object.entries(out['properties'] as { [name: string]: Schema });
    out['properties'] = Object.fromEntries(entries.map(([name, sub]) => [name, map(sub)]));
  }
  if (out['items']) out['items'] = map(out['items'] as Schema);
  if (typeof out['additionalProperties'] === 'object') {
    out['additionalProperties'] = map(out['additionalProperties'] as Schema);
  }
  return out;
}

function constantName(kind: string): string {
  return `${kind.charAt(0).toLowerCase()}${kind.slice(1)}Schema`;
}

function readCurrent(): string | undefined {
  try {
    return readFileSync(TARGET, 'utf8');
  } catch {
    return undefined;
  }
}
