import type { TenantName } from '../../crds/fleet.ts';
import { type Action, actionKey } from '../operations/actions.ts';
import { describeAction, laneOf, settleMsOf, unreachableDuring } from '../operations/index.ts';
import type { Finding } from './finding.ts';
import type { BoundItem } from './reconciler.ts';
import { dependsOn, info, overBudget, type Remedy } from './remedy.ts';
import type { Subject } from './subject.ts';

/** All findings, and the steps to execute now. Plain data in a stable order. */
export interface Plan {
  readonly findings: readonly Finding[];
  readonly steps: readonly Step[];
}

/** One action, with everything that its execution and its report need. Several findings may share it. */
export interface Step {
  /** Identical actions are one step. */
  readonly id: string;
  readonly subject: Subject;
  readonly action: Action;
  /** One line of text: what is done, and where. Never contains a secret. */
  readonly description: string;
  /** Steps of one lane run one after the other. A lane is a host, EC2, or a tenant's Redis and Sentinels. */
  readonly lane: string;
  /** Milliseconds until its effect can be observed. */
  readonly settleMs: number;
  /** The host that does not respond until then. */
  readonly unreachableDuring: string | undefined;
  /** The fields that require it: `mesh/redis-1 Port gre-redis-2`. */
  readonly because: readonly string[];
  readonly disrupts: readonly TenantName[];
  /** For about how long it interrupts connections of those tenants, if that is known. */
  readonly disruptsForSeconds?: number;
  /** What it removes, by its name in the documents: `tenant globex`. */
  readonly removes?: string;
}

/** Reduces a plan: limits and budgets. */
export type Policy = (plan: Plan) => Plan;

/** `found` in order of component, then subject. Items whose dependencies are not in order wait; then the policies apply. */
export function planOf(
  items: readonly BoundItem[],
  found: readonly (readonly Finding[])[],
  policies: readonly Policy[] = [disruptionBudget],
): Plan {
  const all = found.flat();
  const gated = items.flatMap((item, index) => (found[index] ?? []).map((finding) => gate(item, finding, all)));
  return policies.reduce((plan, policy) => policy(plan), withSteps(gated));
}

/** The first subject that this item depends on and that is not in order, or undefined. */
export function blockedBy(item: BoundItem, all: readonly Finding[]): Subject | undefined {
  return item.dependsOn.find((need) => all.some((finding) => finding.subject === need && blocks(finding)));
}

/**
 * Info does not block. A disruptive action on a subject that works meanwhile does not block either: otherwise its dependents would not
 * be observed, would count as impact, and would leave no budget for that disruption. Nor does an action that waits for a consent, which
 * may never be given.
 */
function blocks({ remedy, impacts }: Finding): boolean {
  if (remedy.by !== 'action') return remedy.by !== 'info';
  return impacts.length > 0 || !(remedy.disrupts.length || remedy.needsConsent?.length);
}

function gate(item: BoundItem, finding: Finding, all: readonly Finding[]): Finding {
  const { remedy } = finding;
  const prune = remedy.by === 'info' ? remedy.prune : undefined;
  if (remedy.by !== 'action' && remedy.by !== 'unknown' && !prune) return finding;
  const need = blockedBy(item, all);
  if (remedy.by === 'info' && prune && need)
    return { ...finding, remedy: info(remedy.message, { of: prune.of, dependsOn: need }) };
  return need ? { ...finding, remedy: dependsOn(need) } : finding;
}

/**
 * The plan of these findings. Each action is one step, even if several findings require it. The actions of a finding stay in their order: of
 * two that write a file and then reload, the reload comes after both.
 */
export function withSteps(findings: readonly Finding[]): Plan {
  const steps = new Map<string, Step>();
  const order: string[] = [];
  const planned = findings.map((finding): Finding => {
    const { subject, field, remedy } = finding;
    if (remedy.by !== 'action') return finding;
    const own = remedy.actions.map((action) => {
      const id = actionKey(action);
      const step = merged(steps.get(id) ?? stepOf(id, subject, action), `${subject} ${field}`, remedy);
      steps.set(id, step);
      return { id, description: step.description };
    });
    insertInOrder(
      order,
      own.map(({ id }) => id),
    );
    return { ...finding, remedy: { ...remedy, steps: own } };
  });
  return { findings: planned, steps: order.flatMap((id) => steps.get(id) ?? []) };
}

/** Those that are not there yet, each before the first of its successors that is. */
function insertInOrder(order: string[], ids: readonly string[]): void {
  for (const [index, id] of ids.entries()) {
    if (order.includes(id)) continue;
    const next = order.findIndex((one) => ids.indexOf(one) > index);
    order.splice(next < 0 ? order.length : next, 0, id);
  }
}

/** Identifies a plan by its findings, without values and messages, which change from pass to pass. */
export function planSignature({ findings }: Plan): string {
  return findings.map(({ subject, field, remedy }) => `${subject} ${field} ${remedy.by}`).join('\n');
}

function stepOf(id: string, subject: Subject, action: Action): Step {
  return {
    id,
    subject,
    action,
    description: describeAction(action),
    lane: laneOf(action),
    settleMs: settleMsOf(action),
    unreachableDuring: unreachableDuring(action),
    because: [],
    disrupts: [],
  };
}

function merged(step: Step, cause: string, remedy: Extract<Remedy, { by: 'action' }>): Step {
  const { disrupts, removes } = remedy;
  const why = step.removes ?? removes;
  const seconds = step.disruptsForSeconds ?? remedy.disruptsForSeconds;
  return {
    ...step,
    because: [...step.because, cause],
    disrupts: [...new Set([...step.disrupts, ...disrupts])].sort(),
    ...(seconds === undefined ? {} : { disruptsForSeconds: seconds }),
    ...(why === undefined ? {} : { removes: why }),
  };
}

/** `disrupts acme, globex`, or `interrupts acme for about 1 s`; undefined if nobody is. */
export function disruptionText({
  disrupts,
  disruptsForSeconds: seconds,
}: Pick<Step, 'disrupts' | 'disruptsForSeconds'>): string | undefined {
  if (!disrupts.length) return undefined;
  const names = disrupts.join(', ');
  return seconds === undefined ? `disrupts ${names}` : `interrupts ${names} for about ${seconds} s`;
}

/**
 * At most one disruption per tenant in a pass. A tenant that another finding impacts, including an unknown state, has a budget only for
 * the repair of that subject.
 */
export function disruptionBudget(plan: Plan): Plan {
  const spent = new Map<TenantName, string>();
  const findings = plan.findings.map((finding) => {
    if (finding.remedy.by !== 'action' || !finding.remedy.disrupts.length) return finding;
    const key = JSON.stringify(finding.remedy.actions);
    const why = finding.remedy.disrupts.map((tenant) => refusal(plan, finding, tenant, spent, key)).find(Boolean);
    if (why) return { ...finding, remedy: why };
    for (const tenant of finding.remedy.disrupts) spent.set(tenant, key);
    return finding;
  });
  return withSteps(findings);
}

function refusal(
  plan: Plan,
  finding: Finding,
  tenant: TenantName,
  spent: ReadonlyMap<TenantName, string>,
  key: string,
): Remedy | undefined {
  const other = spent.get(tenant);
  if (other !== undefined && other !== key) return overBudget(`one disruption of tenant ${tenant} at a time`);
  if (finding.impacts.includes(tenant)) return undefined;
  const gentle = plan.findings.find((one) => isGentleChangeTo(tenant, one));
  if (gentle) return overBudget(`waiting for non-disruptive changes to tenant ${tenant}`, gentle.subject);
  const worse = plan.findings.find(
    (one) =>
      one !== finding && one.subject !== finding.subject && one.remedy.by !== 'info' && one.impacts.includes(tenant),
  );
  return (
    worse && overBudget(`tenant ${tenant} has no disruption budget until ${worse.subject} is in order`, worse.subject)
  );
}

/** A non-disruptive change to this tenant's Redis or Sentinel. A restarting member would reject it. */
function isGentleChangeTo(tenant: TenantName, { remedy }: Finding): boolean {
  if (remedy.by !== 'action' || remedy.disrupts.includes(tenant)) return false;
  return remedy.actions.some((one) => 'endpoint' in one && one.endpoint.tenant === tenant);
}
