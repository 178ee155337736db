import type { TenantName } from '../crds/fleet.ts';
import { type Drift, notice, type Subject, wait } from './drift.ts';
import type { BoundItem } from './reconciler.ts';
import { type Action, keyOfAction } from './verbs/index.ts';

/** What differs, and what will be done about it now: plain data, in the same order every time. */
export interface Plan {
  readonly findings: readonly Drift[];
  readonly steps: readonly Step[];
}

/** One action. The fields that ask for it are in `because`; several findings may share it. */
export interface Step {
  readonly subject: Subject;
  readonly action: Action;
  readonly because: readonly string[];
  readonly disrupts: readonly TenantName[];
  /** What it takes away, in the documents' words: `tenant globex`. */
  readonly removes?: string;
}

/** A plan turned into a smaller one: limits and budgets. */
export type Policy = (plan: Plan) => Plan;

/** `found` in order of concern, then subject. What rests on something not yet in order waits; then the policies have their say. */
export function planOf(
  items: readonly BoundItem[],
  found: readonly (readonly Drift[])[],
  policies: readonly Policy[] = [disruptionBudget],
): Plan {
  const all = found.flat();
  const gated = items.flatMap((item, index) => (found[index] ?? []).map((drift) => gate(item, drift, all)));
  return policies.reduce((plan, policy) => policy(plan), withSteps(gated));
}

/** The first subject that this item needs and that is not in order, or undefined. */
export function restsOn(item: BoundItem, all: readonly Drift[]): Subject | undefined {
  return item.needs.find((need) => all.some((drift) => drift.subject === need && holdsUp(drift)));
}

/**
 * A notice holds nothing up; nor does what serves as it is and waits for its turn to be interrupted: else what rests on it
 * would not be looked at, count as hurt, and leave no disruption for the very interruption that it waits for.
 */
function holdsUp({ remedy, hurts }: Drift): boolean {
  return remedy.by === 'action' ? !remedy.disrupts.length || hurts.length > 0 : remedy.by !== 'notice';
}

function gate(item: BoundItem, drift: Drift, all: readonly Drift[]): Drift {
  const { remedy } = drift;
  const prune = remedy.by === 'notice' ? remedy.prune : undefined;
  if (remedy.by !== 'action' && remedy.by !== 'blind' && !prune) return drift;
  const need = restsOn(item, all);
  if (remedy.by === 'notice' && prune && need)
    return { ...drift, remedy: notice(remedy.reason, { of: prune.of, on: need }) };
  return need ? { ...drift, remedy: wait(`rests on ${need}`, need) } : drift;
}

export function withSteps(findings: readonly Drift[]): Plan {
  const steps = new Map<string, Step>();
  for (const { subject, field, remedy } of findings) {
    if (remedy.by !== 'action') continue;
    for (const action of remedy.actions) {
      const key = keyOfAction(action);
      const known = steps.get(key);
      const because = [...(known?.because ?? []), `${subject} ${field}`];
      const disrupts = [...new Set([...(known?.disrupts ?? []), ...remedy.disrupts])].sort();
      const removes = known?.removes ?? remedy.removes;
      const marked = removes === undefined ? {} : { removes };
      steps.set(key, { subject: known?.subject ?? subject, action, because, disrupts, ...marked });
    }
  }
  return { findings, steps: [...steps.values()] };
}

/**
 * At most one disruption a tenant in a pass; and a tenant that something already hurts, blindness included, has none left
 * but for the repair of that very thing.
 */
export function disruptionBudget(plan: Plan): Plan {
  const spent = new Map<TenantName, string>();
  const findings = plan.findings.map((drift) => {
    if (drift.remedy.by !== 'action' || !drift.remedy.disrupts.length) return drift;
    const key = JSON.stringify(drift.remedy.actions);
    const why = drift.remedy.disrupts.map((tenant) => refusal(plan, drift, tenant, spent, key)).find(Boolean);
    if (why) return { ...drift, remedy: why };
    for (const tenant of drift.remedy.disrupts) spent.set(tenant, key);
    return drift;
  });
  return withSteps(findings);
}

function refusal(
  plan: Plan,
  drift: Drift,
  tenant: TenantName,
  spent: ReadonlyMap<TenantName, string>,
  key: string,
): Drift['remedy'] | undefined {
  const other = spent.get(tenant);
  if (other !== undefined && other !== key) return wait(`one disruption of tenant ${tenant} at a time`);
  if (drift.hurts.includes(tenant)) return undefined;
  const gentle = plan.findings.find((one) => speaksTo(tenant, one));
  if (gentle) return wait(`what interrupts nobody is done to tenant ${tenant} first`, gentle.subject);
  const hurt = plan.findings.find(
    (one) => one !== drift && one.subject !== drift.subject && one.remedy.by !== 'notice' && one.hurts.includes(tenant),
  );
  return hurt && wait(`tenant ${tenant} has no disruption left while ${hurt.subject} is not in order`, hurt.subject);
}

/** Redis or Sentinel of this tenant is to be told something that interrupts nobody: under a member that restarts it would be refused. */
function speaksTo(tenant: TenantName, { remedy }: Drift): boolean {
  if (remedy.by !== 'action' || remedy.disrupts.includes(tenant)) return false;
  return remedy.actions.some((one) => 'endpoint' in one && one.endpoint.tenant === tenant);
}
