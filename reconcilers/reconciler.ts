import type { Fleet } from '../crds/fleet.ts';
import type { Concern, Drift, Subject } from './drift.ts';
import type { Inventory } from './inventory.ts';
import type { Observation } from './observation.ts';
import type { Ask, AskOf, Reading, What } from './questions/index.ts';

/** What a reconciler asks about one desired thing, by names of its own choosing: one ask, or a list of them. */
export type Questions = Readonly<Record<string, Ask | readonly Ask[]>>;

type Answer<A> = A extends readonly (infer E)[]
  ? readonly Answer<E>[]
  : A extends { what: infer W extends What }
    ? Observation<Reading<W>>
    : never;

/** Each question mapped to what was seen. */
export type Answers<Q extends Questions> = { readonly [K in keyof Q]: Answer<Q[K]> };

export interface Desired {
  readonly subject: Subject;
  /** Subjects of earlier concerns that must be in order first. While one has drift, ours waits. */
  readonly needs: readonly Subject[];
}

/**
 * One concern. Pure: it says what should be, what it needs to know, and what differs; it holds no connection.
 * `desire` lists every thing that should be, a thing being the smallest that can be listed at once (a host's bridge, not a port).
 * `diff` yields a finding an item, foreign and undeclared things included, and only actions whose preconditions were seen.
 */
export interface Reconciler<D extends Desired, Q extends Questions> {
  readonly concern: Concern;
  desire(fleet: Fleet, inventory: Inventory): readonly D[];
  questions(desired: D): Q;
  diff(desired: D, seen: Answers<Q>): readonly Drift[];
}

/** A reconciler with its own types hidden, so that the engine can hold them all in one list. */
export interface BoundReconciler {
  readonly concern: Concern;
  items(fleet: Fleet, inventory: Inventory): readonly BoundItem[];
}

export interface BoundItem extends Desired {
  readonly asks: readonly Ask[];
  diff(seen: Seen): readonly Drift[];
}

/** The answer to an ask; an ask that was never put is unknown. */
export type Seen = <W extends What>(ask: AskOf<W>) => Observation<Reading<W>>;

export function bind<D extends Desired, Q extends Questions>(reconciler: Reconciler<D, Q>): BoundReconciler {
  return {
    concern: reconciler.concern,
    items: (fleet, inventory) => reconciler.desire(fleet, inventory).map((desired) => bindItem(reconciler, desired)),
  };
}

function bindItem<D extends Desired, Q extends Questions>(reconciler: Reconciler<D, Q>, desired: D): BoundItem {
  const questions = reconciler.questions(desired);
  return {
    subject: desired.subject,
    needs: desired.needs,
    asks: Object.values(questions).flat() as readonly Ask[],
    diff: (seen) => reconciler.diff(desired, answersTo(questions, seen)),
  };
}

function answersTo<Q extends Questions>(questions: Q, seen: Seen): Answers<Q> {
  const answer = (ask: Ask | readonly Ask[]): unknown => (Array.isArray(ask) ? ask.map(answer) : seen(ask as Ask));
  return Object.fromEntries(Object.entries(questions).map(([name, ask]) => [name, answer(ask)])) as Answers<Q>;
}
