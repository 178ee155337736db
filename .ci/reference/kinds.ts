import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { cell, code, pageHead, table } from './markdown.ts';

export const kinds = ['Cluster', 'Tenant', 'ProxyPair'] as const;
type Kind = (typeof kinds)[number];

interface Schema {
  readonly [keyword: string]: unknown;
  readonly type?: string;
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
}

interface Field {
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

const example: Readonly<Record<Kind, string>> = {
  Cluster:
    '[hosts adopted](../../examples/quickstart/cluster.yaml), [everything created](../../examples/seed/cluster.yaml)',
  Tenant: '[tenant-acme.yaml](../../examples/quickstart/tenant-acme.yaml)',
  ProxyPair: '[proxypair.yaml](../../examples/quickstart/proxypair.yaml)',
};

/** The page of one kind: a table for `metadata`, and one for each field of `spec`, all fields below it by their full path. */
export function kindPage(kind: Kind): string {
  const file = `crds/${kind.toLowerCase()}.yaml`;
  const crd = load(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')) as {
    spec: { group: string; versions: readonly { name: string; schema: { openAPIV3Schema: Schema } }[] };
  };
  const [version] = crd.spec.versions;
  if (version === undefined) throw new Error(`${file} declares no version`);
  const root = version.schema.openAPIV3Schema;
  const { metadata = {}, spec = {} } = root.properties ?? {};
  const fields = fieldsOf('spec', spec);
  const plain = fields.filter((field) => !descendants(field).length);
  const sections = fields.filter((field) => descendants(field).length).map(sectionOf);
  return [
    pageHead(kind, file),
    `\n${root.description}\n\n`,
    `\`apiVersion: ${crd.spec.group}/${version.name}\`, \`kind: ${kind}\`. Example: ${example[kind]}.\n`,
    '\nUnknown fields are rejected. `reconcile validate` checks more than this page describes: references between documents, overlapping networks,\n',
    'duplicate addresses, ports and VLANs, and limits that depend on other fields. A required field of an optional object is required where the\n',
    'object is given.\n',
    `\n## metadata\n\n${fieldTable([...fieldsOf('metadata', metadata).map(required), ...notes])}`,
    ...(plain.length ? [`\n## spec\n\n${spec.description}\n\n${fieldTable(plain)}`] : []),
    ...sections,
  ].join('');
}

/** Fields that every document may have. They are not in the CRDs, because Kubernetes defines them. */
const notes: readonly Field[] = (['labels', 'annotations'] as const).map((name) => ({
  path: `metadata.${name}`,
  required: false,
  schema: {
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Free-form; the operator ignores it.',
  },
}));

/** Every document has a name, which crds/ requires for all kinds. */
function required(field: Field): Field {
  return { ...field, required: true };
}

function sectionOf(field: Field): string {
  const { path, schema, required: must } = field;
  const list = schema.items ? [`A list: ${constraintsOf(schema).join('; ')}.`] : [];
  const whole = schema.items ? [] : [choice(schema)].filter(Boolean).map((words) => `${capital(words)}.`);
  const words = [schema.description, must ? 'Required.' : 'Optional.', ...list, ...whole].join(' ');
  return `\n## ${path}\n\n${words}\n\n${fieldTable(descendants(field))}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function fieldsOf(path: string, schema: Schema): readonly Field[] {
  return Object.entries(schema.properties ?? {}).map(([name, sub]) => ({
    path: `${path}.${name}`,
    schema: sub,
    required: schema.required?.includes(name) ?? false,
  }));
}

function descendants({ path, schema }: Field): readonly Field[] {
  const own = schema.items ? fieldsOf(`${path}[]`, schema.items) : fieldsOf(path, schema);
  return own.flatMap((field) => [field, ...descendants(field)]);
}

function fieldTable(fields: readonly Field[]): string {
  return table(
    ['Field', 'Type', 'Default', 'Constraints', 'Description'],
    fields.map(({ path, schema, required }) => [
      code(path),
      typeOf(schema),
      required ? '**required**' : defaultOf(schema),
      constraintsOf(schema).join('; '),
      cell(schema.description ?? ''),
    ]),
  );
}

/** Patterns that are shown as a type. */
const formats: readonly (readonly [marker: string, type: string, example: string])[] = [
  ['(ms|s|m|h)', 'duration', 'such as `500ms`, `30s`, `1h30m`'],
  ['(Ki|Mi|Gi|Ti|k|M|G|T)?$', 'quantity', 'bytes, such as `512Mi`'],
  ['([0-9]+m|', 'quantity', 'CPUs, such as `500m` or `2`'],
  ['(Gi|Ti)$', 'quantity', 'such as `20Gi`'],
];

function formatOf({ pattern }: Schema): (typeof formats)[number] | undefined {
  return typeof pattern === 'string' ? formats.find(([marker]) => pattern.includes(marker)) : undefined;
}

function typeOf(schema: Schema): string {
  const format = formatOf(schema);
  if (format) return format[1];
  if (schema.items) return `list of ${plural(schema.items.properties ? 'object' : typeOf(schema.items))}`;
  if (schema.additionalProperties) return `map of ${plural(typeOf(schema.additionalProperties))}`;
  if (schema['format'] === 'cidr') return 'CIDR';
  if (schema['format'] === 'ipv4') return 'IPv4 address';
  return schema.type ?? '';
}

function plural(type: string): string {
  return type.endsWith('s') ? `${type}es` : `${type}s`;
}

function defaultOf({ default: value }: Schema): string {
  if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

function constraintsOf(schema: Schema): readonly string[] {
  const { minimum, maximum, minItems, maxItems, maxLength, pattern } = schema;
  const format = formatOf(schema);
  const values = schema['enum'] as readonly unknown[] | undefined;
  const keys = schema['x-kubernetes-list-map-keys'] as readonly string[] | undefined;
  const inner = schema.items && !schema.items.properties ? schema.items : schema.additionalProperties;
  return [
    ...(values ? [values.map((value) => code(String(value))).join(', ')] : []),
    ...(minimum !== undefined || maximum !== undefined ? [`${minimum} to ${maximum}`] : []),
    ...(maxItems !== undefined ? [itemsText(minItems, maxItems)] : []),
    ...(keys ? [`unique ${keys.map(code).join(', ')}`] : []),
    ...(format ? [format[2]] : []),
    ...(!format && typeof pattern === 'string' ? [code(pattern)] : []),
    ...(!format && maxLength !== undefined ? [`at most ${maxLength} characters`] : []),
    ...(inner ? constraintsOf(inner).map((words) => `each: ${words}`) : []),
    ...[choice(schema.items ?? schema)].filter(Boolean),
  ];
}

function itemsText(least: unknown, most: unknown): string {
  if (least === most) return `exactly ${most} items`;
  return least === undefined ? `at most ${most} items` : `${least} to ${most} items`;
}

/** `exactly one of `a`, `b``, if a schema requires it. */
function choice({ oneOf, not }: Schema): string {
  const names = (oneOf ?? []).flatMap((one) => one.required ?? []).map(code);
  if (names.length) return `exactly one of ${names.join(', ')}`;
  const both = (not?.required ?? []).map(code);
  return both.length ? `not ${both.join(' and ')} together` : '';
}
