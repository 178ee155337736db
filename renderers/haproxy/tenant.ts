import type { Secret } from '../../crds/secret.ts';

/** What the configuration of a tenant is rendered from, on one proxy. */
export interface HaproxyTenant {
  readonly name: string;
  readonly masterName: string;
  readonly vip: string;
  /** The proxy's own in the network of the tenant. */
  readonly address: string;
  readonly port: number;
  /** Of this tenant's clients, and of all tenants' together. */
  readonly maxConnections: number;
  readonly maxConnectionsOfAll: number;
  readonly members: readonly { readonly name: string; readonly address: string }[];
  readonly redisPort: number;
  readonly sentinelPort: number;
  readonly password: Secret;
  readonly check: { readonly intervalMs: number; readonly fall: number; readonly rise: number };
}

export type Member = HaproxyTenant['members'][number];
