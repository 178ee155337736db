import type { Options } from 'ajv';
import { clusterSchema, proxyPairSchema, tenantSchema } from '../documents.generated.ts';
import * as address from './address.ts';
import { dateTime } from './date-time.ts';

export const KINDS = ['Cluster', 'Tenant', 'ProxyPair'] as const;
export type Kind = (typeof KINDS)[number];

/** The JSON Schema of each kind's documents. */
export const schemas: Readonly<Record<Kind, object>> = {
  Cluster: clusterSchema,
  Tenant: tenantSchema,
  ProxyPair: proxyPairSchema,
};

const integer = { type: 'number', validate: (value: number) => Number.isSafeInteger(value) } as const;

/** The formats that the schemas use. */
export const formats = {
  ipv4: (text: string): boolean => address.ipv4(text) !== undefined,
  cidr: (text: string): boolean => address.cidr(text) !== undefined,
  'date-time': (text: string): boolean => 'at' in dateTime(text),
  int32: integer,
  int64: integer,
} as const;

/** How ajv compiles the schemas, here and in the build. */
export const ajvOptions: Options = {
  allErrors: true,
  verbose: true,
  useDefaults: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  formats,
  // Strict mode throws on unknown keywords; these are for Kubernetes only.
  keywords: ['int-or-string', 'list-type', 'list-map-keys'].map((name) => `x-kubernetes-${name}`),
};
