import type { TenantName } from '../../crds/fleet.ts';

/** What a change may do to a tenant's data or clients that is done only if it is accepted: the complete list, with what each means. */
export const consentKinds = {
  connections: 'new connections are refused, because more are open than the new limit',
  disk: 'data is written to a disk that may be too small for it',
  downtime: 'nobody can read or write while all members are stopped and started again',
  evict: 'keys are evicted, now or as soon as the memory is full',
  persistence: 'the data is not written to any disk any more',
  writes: 'writes are refused, now or as soon as the memory is full',
} as const satisfies Readonly<Record<string, string>>;

export type ConsentKind = keyof typeof consentKinds;

/** Accepted for one run: `--accept evict=acme`. */
export interface Accepted {
  readonly kind: ConsentKind;
  readonly tenant: TenantName;
}

/** What an action would do to a tenant, which must be accepted first. `effect`: a clause with numbers, `Redis evicts about 120 of 300 keys`. */
export interface Consent extends Accepted {
  readonly effect: string;
}

/** `evict=acme,writes=acme`: the value of `--accept`, each pair once. */
export function acceptText(consents: readonly Accepted[]): string {
  return [...new Set(consents.map(({ kind, tenant }) => `${kind}=${tenant}`))].join(',');
}
