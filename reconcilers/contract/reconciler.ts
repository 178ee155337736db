import type { Fleet } from '../../crds/fleet.ts';
import type { Observation } from '../facts/observation.ts';
import type { FactName, FactRequest, FactRequestOf, FactValue } from '../facts/requests.ts';
import type { Finding } from './finding.ts';
import type { Inventory } from './inventory.ts';
import type { Component, Subject } from './subject.ts';

/** The fact requests of one desired item, by name: a request, or a list of requests. */
export type FactRequests = Readonly<Record<string, FactRequest | readonly FactRequest[]>>;

type ObservedOf<A> = A extends readonly (infer E)[]
  ? readonly ObservedOf<E>[]
  : A extends { fact: infer W extends FactName }
    ? Observation<FactValue<W>>
    : never;

/** The observation of each request. */
export type Observed<Q extends FactRequests> = { readonly [K in keyof Q]: ObservedOf<Q[K]> };

export interface Desired {
  readonly subject: Subject;
  /** Subjects of earlier components that must be in order first. While one has a finding, this item waits. */
  readonly dependsOn: readonly Subject[];
}

/**
 * One component. It is pure and holds no connection.
 * `desire` lists the desired items. An item is the smallest resource that can be observed at once (a host's bridge, not a port).
 * `diff` returns one finding per field, also for foreign and undeclared resources, and only actions whose preconditions were observed.
 */
export interface Reconciler<D extends Desired, Q extends FactRequests> {
  readonly component: Component;
  desire(fleet: Fleet, inventory: Inventory): readonly D[];
  facts(desired: D): Q;
  diff(desired: D, observed: Observed<Q>): readonly Finding[];
}

/** A reconciler without its type parameters, so that the engine can handle all of them in one list. */
export interface BoundReconciler {
  readonly component: Component;
  items(fleet: Fleet, inventory: Inventory): readonly BoundItem[];
}

export interface BoundItem extends Desired {
  readonly requests: readonly FactRequest[];
  diff(lookup: FactLookup): readonly Finding[];
}

/** The observation of a request. A fact that was never requested is unknown. */
export type FactLookup = <W extends FactName>(request: FactRequestOf<W>) => Observation<FactValue<W>>;

export function bind<D extends Desired, Q extends FactRequests>(reconciler: Reconciler<D, Q>): BoundReconciler {
  return {
    component: reconciler.component,
    items: (fleet, inventory) => reconciler.desire(fleet, inventory).map((desired) => bindItem(reconciler, desired)),
  };
}

function bindItem<D extends Desired, Q extends FactRequests>(reconciler: Reconciler<D, Q>, desired: D): BoundItem {
  const facts = reconciler.facts(desired);
  return {
    subject: desired.subject,
    dependsOn: desired.dependsOn,
    requests: Object.values(facts).flat() as readonly FactRequest[],
    diff: (lookup) => reconciler.diff(desired, observedBy(facts, lookup)),
  };
}

function observedBy<Q extends FactRequests>(facts: Q, lookup: FactLookup): Observed<Q> {
  const observe = (request: FactRequest | readonly FactRequest[]): unknown =>
    Array.isArray(request) ? request.map(observe) : lookup(request as FactRequest);
  return Object.fromEntries(Object.entries(facts).map(([name, request]) => [name, observe(request)])) as Observed<Q>;
}
