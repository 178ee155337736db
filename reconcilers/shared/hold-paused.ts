import type { Fleet } from '../../crds/fleet.ts';
import { haproxyPlaces, vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { type Plan, type Policy, type Step, withSteps } from '../contract/plan.ts';
import { info, manual } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { Action } from '../operations/actions.ts';
import {
  belongsTo,
  momentText,
  type PausedDocument,
  pausedDocuments,
  pausesInForce,
  pauseText,
} from './paused-documents.ts';

/**
 * Holds the steps of paused documents: their findings become info, and so does what waits for these, so that nothing waits for the end of a
 * pause. What needs manual action or is unknown stays as it is. `now`: milliseconds since 1970. Each pause is a finding, in force or over.
 */
export function holdPaused(fleet: Fleet, now: number): Policy {
  const documents = pausedDocuments(fleet);
  const inForce = pausesInForce(fleet, now);
  return (plan) => {
    if (!documents.length) return plan;
    const about = documents.map((one) => pauseFinding(one, now < one.pause.until));
    const holders = inForce.length ? holdersOf(plan, inForce) : undefined;
    return withSteps([...about, ...plan.findings.map((finding) => held(finding, holders?.get(finding)))]);
  };
}

function pauseFinding({ kind, name, subject, pause }: PausedDocument, isInForce: boolean): Finding {
  const finding = findingsAbout(subject);
  const end = momentText(pause.until);
  if (isInForce) {
    const message = `${kind} ${name} is ${pauseText(pause)}: differences are shown, and nothing is done about them`;
    return finding('Paused', 'pause', { have: `until ${end}`, want: 'over' }, info(message));
  }
  const message = `the pause of ${kind} ${name} (${pause.reason}) is over and has no effect: spec.paused may be taken out of its document`;
  return finding('PauseOver', 'pause', { have: `until ${end}`, want: 'not declared' }, info(message));
}

function held(finding: Finding, holder: PausedDocument | undefined): Finding {
  if (!holder) return finding;
  const { remedy } = finding;
  if (remedy.by === 'action' && remedy.actions.some(startsTenantAgain))
    return { ...finding, remedy: manual(`${pauseText(holder.pause)}: ${keptDown}`) };
  return { ...finding, remedy: info(`${pauseText(holder.pause)}: ${withheldText(finding)}`) };
}

const keptDown =
  'all members of the tenant are stopped for their new addressing, and the pause keeps them so: take spec.paused out of the document, and apply again';

function startsTenantAgain(action: Action): boolean {
  return action.operation === 'member-restore' && action.initialMaster !== undefined;
}

function withheldText({ remedy }: Finding): string {
  if (remedy.by !== 'action') return remedy.message;
  return `apply would do this: ${(remedy.steps ?? []).map(({ description }) => description).join('; then ')}`;
}

/** The document that holds a finding, of those that one does hold. */
function holdersOf(
  { findings, steps }: Plan,
  documents: readonly PausedDocument[],
): ReadonlyMap<Finding, PausedDocument> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const holders = new Map<Finding, PausedDocument>();
  for (const finding of findings) {
    const holder = documents.find((one) => holdsSteps(one, finding, byId));
    if (holder) holders.set(finding, holder);
  }
  const stopped = new Map([...holders].map(([{ subject }, holder]) => [subject, holder]));
  const own = [...new Set(holders.values())];
  const ownerOf = (subject: Subject) => own.find((one) => belongsTo(one, subject));
  // Within a document of which something is held, what settles by itself may do so only with that.
  const settling = new Map<Subject, PausedDocument>();
  for (const finding of findings) {
    const { remedy, subject } = finding;
    const owner = remedy.by === 'waiting' && !remedy.unknown && !remedy.dependsOn && ownerOf(subject);
    if (!owner) continue;
    holders.set(finding, owner);
    settling.set(subject, owner);
  }
  for (let size = -1; size !== holders.size; ) {
    size = holders.size;
    for (const finding of findings) {
      const { remedy, subject } = finding;
      if (remedy.by !== 'waiting' || !remedy.dependsOn || holders.has(finding)) continue;
      const stopper = stopped.get(remedy.dependsOn);
      const settler = ownerOf(subject) && settling.get(remedy.dependsOn);
      if (stopper) stopped.set(subject, stopper);
      else if (settler) settling.set(subject, settler);
      const holder = stopper ?? settler;
      if (holder) holders.set(finding, holder);
    }
  }
  return holders;
}

/** Whether a finding has steps that are not done because of this pause: its own ones, and those that disrupt what is paused. */
function holdsSteps(
  document: PausedDocument,
  { subject, reason, remedy }: Finding,
  steps: ReadonlyMap<string, Step>,
): boolean {
  // The mark of a drain, which a command asks for. That it begins is refused before.
  if (remedy.by !== 'action' || reason === 'DrainRequested') return false;
  if (belongsTo(document, subject)) return true;
  return (remedy.steps ?? []).some(({ id }) => {
    const step = steps.get(id);
    return step !== undefined && disrupts(step, document);
  });
}

function disrupts({ action, disrupts, unreachableDuring }: Step, { kind, name, hosts }: PausedDocument): boolean {
  if (kind === 'Tenant') return disrupts.includes(name);
  if (unreachableDuring !== undefined && hosts.includes(unreachableDuring)) return true;
  if (!('host' in action) || !hosts.includes(action.host)) return false;
  return action.operation === 'unit' ? daemons.includes(action.unit) : ofProxies.includes(action.operation);
}

const daemons: readonly string[] = [haproxyPlaces.unit, vipPlaces.unit];
const ofProxies: readonly string[] = [
  'address-assign',
  'address-drop',
  'haproxy-config',
  'keepalived-config',
  'keepalived-pause',
];
