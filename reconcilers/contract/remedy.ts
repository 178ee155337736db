import type { TenantName } from '../../crds/fleet.ts';
import { type Observation, reasonOf } from '../facts/observation.ts';
import type { Action } from '../operations/actions.ts';
import type { Consent } from './consent.ts';
import type { Subject } from './subject.ts';

/** The remedy of a finding. `message` describes it in one or two sentences for an operator. */
export type Remedy = Act | Waiting | Manual | Unknown | Info;

/** Actions fix it. `removes`: what they remove, by its name in the documents (`tenant globex`). */
export interface Act {
  readonly by: 'action';
  readonly actions: readonly Action[];
  /** Tenants that the actions disrupt. */
  readonly disrupts: readonly TenantName[];
  /** For about how long they interrupt connections of those tenants, if that is known. */
  readonly disruptsForSeconds?: number;
  readonly removes?: string;
  /** What they do to tenants, and must be accepted first (require-consent.ts). */
  readonly needsConsent?: readonly Consent[];
  /** The steps of these actions, in order; set by the plan. */
  readonly steps?: readonly { readonly id: string; readonly description: string }[];
}

/**
 * No action now. `cause`: dependency, another subject must be in order first; settling, it resolves without action; retry, a step failed
 * and is retried later; budget, the action is delayed because of its disruption; window, until a maintenance window
 * opens.
 */
export interface Waiting {
  readonly by: 'waiting';
  readonly cause: 'dependency' | 'settling' | 'retry' | 'budget' | 'window';
  readonly message: string;
  /** The subject that it waits for: always with a dependency, and with a budget if a subject blocks it. */
  readonly dependsOn?: Subject;
  /** Its state is unknown until then. */
  readonly unknown?: true;
  /** A step for it was executed, and its effect does not show yet. */
  readonly applied?: true;
}

/** Manual action or a decision is required; nothing is changed meanwhile. `cause`: why its steps are no longer executed. */
export interface Manual {
  readonly by: 'manual';
  readonly message: string;
  readonly cause?: 'failed' | 'no-effect' | 'reverted';
  /** It would be done if this were accepted. */
  readonly needsConsent?: readonly Consent[];
  /** Its state is unknown until then. */
  readonly unknown?: true;
}

/** The state could not be observed. `refused`: credentials, keys or permissions were refused, which does not resolve without action. */
export interface Unknown {
  readonly by: 'unknown';
  readonly message: string;
  readonly refused?: true;
}

/** Information; no action required. `prune`: what `apply --prune` would do. */
export interface Info {
  readonly by: 'info';
  readonly message: string;
  readonly prune?: Prune;
}

/**
 * How an undeclared resource is removed. `of`: what it is part of (`tenant globex`). `actions`: the removal. `refused`: why it must be
 * checked manually first. `dependsOn`: the subject that must be in order first.
 */
export type Prune = { readonly of: Removed } & (
  | { readonly actions: readonly Action[] }
  | { readonly refused: string }
  | { readonly dependsOn: Subject }
);

/**
 * A Tenant that is no longer declared, a ProxyPair on one of its hosts, what is left over without its Tenant, the retired copy of a member that
 * left its host, or what a member had before it was rebuilt.
 */
export type Removed =
  | `tenant ${TenantName}`
  | `port ${string}`
  | `copy of ${string}`
  | `ProxyPair on ${string}`
  | `former root of ${string}`;

export function act(
  actions: readonly Action[],
  disrupts: readonly TenantName[] = [],
  disruptsForSeconds?: number,
): Act {
  return { by: 'action', actions, disrupts, ...(disruptsForSeconds === undefined ? {} : { disruptsForSeconds }) };
}

/** Another subject must be in order first. This is the only way to express it. `detail`: what is expected of that subject. */
export function dependsOn(subject: Subject, detail?: string): Waiting {
  const message = detail === undefined ? `depends on ${subject}` : `depends on ${subject}: ${detail}`;
  return { by: 'waiting', cause: 'dependency', message, dependsOn: subject };
}

/** It resolves without action. If it may never do so, use `manual`. */
export function settling(message: string): Waiting {
  return { by: 'waiting', cause: 'settling', message };
}

/** Its state is unknown, and will be known soon. */
export function settlingUnknown(message: string): Waiting {
  return { by: 'waiting', cause: 'settling', message, unknown: true };
}

/** The action is allowed, but not now. `subject`: the subject that blocks it, if any. */
export function overBudget(message: string, subject?: Subject): Waiting {
  return { by: 'waiting', cause: 'budget', message, ...(subject === undefined ? {} : { dependsOn: subject }) };
}

/** The action is allowed, but not before a maintenance window opens. */
export function inWindow(message: string): Waiting {
  return { by: 'waiting', cause: 'window', message };
}

export function manual(message: string): Manual {
  return { by: 'manual', message };
}

/** The state is unknown, for the reason of the observation. `message` turns the reason into a sentence. */
export function notObserved(
  observation: Observation<unknown>,
  message: (reason: string) => string = (reason) => reason,
): Unknown {
  const refused = observation.state === 'unknown' && observation.refused === true;
  return { by: 'unknown', message: message(reasonOf(observation)), ...(refused ? { refused } : {}) };
}

/** The state is unknown although something was observed. `message`: why the observation is not sufficient. */
export function notKnown(message: string): Unknown {
  return { by: 'unknown', message };
}

export function info(message: string, prune?: Prune): Info {
  return { by: 'info', message, ...(prune === undefined ? {} : { prune }) };
}
