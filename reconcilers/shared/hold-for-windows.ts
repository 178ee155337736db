import type { Fleet, Maintenance, Tenant, TenantName } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { type Plan, type Policy, type Step, withSteps } from '../contract/plan.ts';
import type { Reason } from '../contract/reasons.ts';
import { inWindow, manual, type Remedy } from '../contract/remedy.ts';
import type { Action } from '../operations/actions.ts';
import { isOpen, openingsFrom, openTogether, zonedText } from './maintenance-windows.ts';

/**
 * Outside of a tenant's maintenance windows, steps that interrupt it wait; not those that repair what impacts it, nor those that a command has
 * asked for. `now`: milliseconds since 1970; undefined: the time is not known, and no window counts as open.
 */
export function holdForWindows(fleet: Fleet, now: number | undefined): Policy {
  if (!fleet.cluster.maintenance && !fleet.tenants.some(({ maintenance }) => maintenance)) return (plan) => plan;
  const windows = windowsOf(fleet);
  return (plan) => {
    const steps = new Map(plan.steps.map((step) => [step.id, step]));
    const impacted = impactedBySteps(plan);
    const findings = plan.findings.map((finding): Finding => {
      const asking = tenantsOf(finding, steps, impacted).flatMap((name): readonly Asking[] => {
        const own = windows(name);
        return own && !isAskedFor(fleet, name, finding) ? [{ name, own }] : [];
      });
      const isHeld = asking.some(({ own }) => now === undefined || !isOpen(own, now));
      return isHeld ? { ...finding, remedy: held(finding, asking, steps, now) } : finding;
    });
    return withSteps(findings);
  };
}

/** When the next window opens that is not open at `now`; undefined if none is declared, or all are open for good. */
export function nextWindow({ cluster, tenants }: Fleet, now: number): number | undefined {
  const all = [cluster, ...tenants].flatMap(({ maintenance }) => (maintenance ? [maintenance] : []));
  const starts = all.flatMap((one) => openingsFrom(one, now).filter(({ start }) => start > now));
  return starts.length ? Math.min(...starts.map(({ start }) => start)) : undefined;
}

/** A tenant with windows that a step interrupts. */
interface Asking {
  readonly name: TenantName;
  readonly own: Maintenance;
}

type WindowsOf = (tenant: TenantName) => Maintenance | undefined;

/** A tenant without windows of its own has those of the Cluster. So has one that no document declares. */
function windowsOf({ cluster, tenants }: Fleet): WindowsOf {
  const own = new Map(tenants.map(({ name, maintenance }) => [name, maintenance]));
  return (tenant) => own.get(tenant) ?? cluster.maintenance;
}

/** The tenants that a step repairs something of. */
function impactedBySteps({ findings }: Plan): ReadonlyMap<string, ReadonlySet<TenantName>> {
  const impacted = new Map<string, Set<TenantName>>();
  for (const { remedy, impacts } of findings)
    for (const { id } of (remedy.by === 'action' && remedy.steps) || [])
      impacted.set(id, new Set([...(impacted.get(id) ?? []), ...impacts]));
  return impacted;
}

/** The tenants that the steps of a finding interrupt, and do not repair. */
function tenantsOf(
  { remedy, impacts }: Finding,
  steps: ReadonlyMap<string, Step>,
  impacted: ReadonlyMap<string, ReadonlySet<TenantName>>,
): readonly TenantName[] {
  if (remedy.by !== 'action') return [];
  const all = (remedy.steps ?? []).flatMap(({ id }) =>
    (steps.get(id)?.disrupts ?? []).filter((name) => !impacted.get(id)?.has(name)),
  );
  return [...new Set(all)].filter((name) => !impacts.includes(name)).sort();
}

/** A drain is asked for by a command, too. Its mark on the host carries that over to every run. */
const ofDrain: readonly Reason[] = ['MasterOnDrainedHost', 'VipOnDrainedHost'];

function isAskedFor({ tenants }: Fleet, name: TenantName, { remedy, reason }: Finding): boolean {
  if (ofDrain.includes(reason)) return true;
  const requested = tenants.find((one) => one.name === name)?.requested;
  if (!requested || remedy.by !== 'action') return false;
  const asked = operationsFor(requested);
  return remedy.actions.every(({ operation }) => asked.includes(operation));
}

function operationsFor({ masterAmong, restart }: NonNullable<Tenant['requested']>): readonly Action['operation'][] {
  if (restart) return ['master-switch', 'member-restart'];
  return masterAmong ? ['master-switch'] : [];
}

function held(
  finding: Finding,
  asking: readonly Asking[],
  steps: ReadonlyMap<string, Step>,
  now: number | undefined,
): Remedy {
  const names = `${asking.length === 1 ? 'tenant' : 'tenants'} ${asking.map(({ name }) => name).join(', ')}`;
  const what = (finding.remedy.by === 'action' ? finding.remedy.steps : undefined) ?? [];
  const todo = what.map(({ id, description }) => steps.get(id)?.description ?? description).join('; then ');
  const atOnce = 'reconcile apply --ignore-windows does it now';
  const [first] = asking;
  if (now === undefined || !first) return inWindow(`waits for the maintenance window of ${names}: ${todo}`);
  const opens = openTogether(
    asking.map(({ own }) => own),
    now,
  );
  if (opens === undefined)
    return manual(
      `the maintenance windows of ${names} are never open at the same time, and this interrupts all of them: ${todo}. Declare a common window, or decide when: ${atOnce}`,
    );
  return inWindow(
    `waits for the maintenance window of ${names}, which opens ${zonedText(opens, first.own.timezone)}: ${todo}. ${atOnce}`,
  );
}
