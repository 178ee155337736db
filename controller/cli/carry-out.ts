import type { Fleet } from '../../crds/fleet.ts';
import type { Policy } from '../../reconcilers/contract/plan.ts';
import { apply } from '../engine/apply.ts';
import { logEvent } from '../engine/event-log.ts';
import { observeAndPlan } from '../engine/pass.ts';
import type { Event } from '../events/events.ts';
import { outcomeText } from '../report/outcome-text.ts';
import { planText } from '../report/plan-text.ts';
import { progress } from '../report/progress.ts';
import type { Connections } from '../transport/io.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, forFindings, forOutcome } from './exit-code.ts';

export interface RequestOptions {
  readonly timeoutMs: number;
  /** Shows what would be done, and does nothing. */
  readonly dryRun: boolean;
}

/** What a command asks for, in a fleet. */
export interface Request {
  /** What it is about, in reports: a tenant, or a host. */
  readonly name: string;
  readonly fleet: Fleet;
  /** Leaves only what was asked for. */
  readonly only: Policy;
  /** What is said if it was not finished. */
  readonly unfinished: string;
}

/** Carries out what a command asks for, as an apply would that has nothing else to do; or shows it. */
export async function carryOut(
  context: CliContext,
  { name, fleet, only, unfinished }: Request,
  connections: Connections,
  { timeoutMs, dryRun }: RequestOptions,
): Promise<ExitCode> {
  const { reconcilers, clock, signal, log } = context;
  const policies = [only];
  if (dryRun) {
    const { plan } = await observeAndPlan(fleet, reconcilers, connections.reader, { now: clock.now(), policies });
    context.out(planText(name, plan));
    return forFindings(plan.findings);
  }
  const shown = progress(context, name);
  const listen = (event: Event) => {
    shown.listen(event);
    logEvent(log, event);
  };
  const io = { reader: connections.reader, executor: connections.executor(), clock };
  const outcome = await apply(fleet, reconcilers, io, { timeoutMs, signal, listen, policies }).finally(shown.end);
  context.out(outcomeText(name, outcome));
  if (outcome.result !== 'done') context.out(unfinished);
  return forOutcome(outcome);
}
