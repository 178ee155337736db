import type { TenantName } from '../crds/fleet.ts';
import type { Action } from './verbs/index.ts';

/** The concerns, in the order in which the world is built. */
export const concerns = [
  'network',
  'instance',
  'host',
  'mesh',
  'container',
  'redis',
  'sentinel',
  'haproxy',
  'vip',
  'maintenance',
] as const;
export type Concern = (typeof concerns)[number];

/** The smallest thing that is reconciled by itself: `mesh/redis-1`, `redis/acme-r1`, `vip/front`. */
export type Subject = `${Concern}/${string}`;

/** A finding: one field of one subject is not as declared, and this is what can be done about it. */
export interface Drift {
  readonly subject: Subject;
  /** The field in words that an operator knows: `Port gre-redis-2 protected`. */
  readonly field: string;
  readonly want: string;
  readonly have: string;
  /** Tenants that are worse off while this lasts. */
  readonly hurts: readonly TenantName[];
  readonly remedy: Remedy;
}

/**
 * action: we know what to do. waiting: it will come right, or its turn comes later. operator: a person must decide, and
 * `reason` says what. `unseen`, of both: until then it cannot be seen either. blind: it could not be seen. notice: worth knowing, nothing to
 * do (a thing of ours that nobody declares).
 * `removes` names what an action takes away, of the documents' words: `tenant globex`.
 */
export type Remedy =
  | {
      readonly by: 'action';
      readonly actions: readonly Action[];
      readonly disrupts: readonly TenantName[];
      readonly removes?: string;
    }
  | { readonly by: 'waiting'; readonly reason: string; readonly on?: Subject; readonly unseen?: true }
  | { readonly by: 'operator'; readonly reason: string; readonly unseen?: true }
  | { readonly by: 'blind'; readonly reason: string }
  | { readonly by: 'notice'; readonly reason: string; readonly prune?: Prune };

/**
 * What `apply --prune` is to do about a thing that nobody declares any more: part `of` what (`tenant globex`), and how it is removed,
 * or, `refused`, why a person must look first, or, `on`, which subject it rests on that is not in order.
 */
export type Prune = { readonly of: string } & (
  | { readonly actions: readonly Action[] }
  | { readonly refused: string }
  | { readonly on: Subject }
);

export function act(actions: readonly Action[], disrupts: readonly TenantName[] = []): Remedy {
  return { by: 'action', actions, disrupts };
}

/** `on` names the subject that is waited for, where it is one. */
export function wait(reason: string, on?: Subject): Remedy {
  return { by: 'waiting', reason, ...(on === undefined ? {} : { on }) };
}

/** What cannot be seen yet, and comes into sight by itself. */
export function waitUnseen(reason: string): Remedy {
  return { by: 'waiting', reason, unseen: true };
}

export function operator(reason: string): Remedy {
  return { by: 'operator', reason };
}

export function blind(reason: string): Remedy {
  return { by: 'blind', reason };
}

/** `prune`: what would remove the thing, once somebody asks for it. */
export function notice(reason: string, prune?: Prune): Remedy {
  return { by: 'notice', reason, ...(prune === undefined ? {} : { prune }) };
}
