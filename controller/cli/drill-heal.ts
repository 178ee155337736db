import type { TenantStatus } from '../../reconcilers/shared/tenant-health.ts';
import { apply } from '../engine/apply.ts';
import { logEvent } from '../engine/event-log.ts';
import { observeStatus } from '../engine/pass.ts';
import type { Event, Outcome } from '../events/events.ts';
import { progress } from '../report/progress.ts';
import type { CliContext } from './context.ts';
import type { Rehearsal } from './rehearsal.ts';

/** How it ended. */
export interface Healed {
  readonly outcome: Outcome;
  readonly status: TenantStatus | undefined;
  /** When everything was whole again, milliseconds since 1970. */
  readonly wholeAt: number | undefined;
}

/** Applies until every affected tenant is in order, or the time is up. */
export async function heal(
  context: CliContext,
  { fleet, tenant, connections, target, timeoutMs }: Rehearsal,
  inSyncAt: () => number | undefined,
): Promise<Healed> {
  const { clock, reconcilers, signal, log } = context;
  const shown = progress(context, tenant.name);
  const listen = (event: Event) => {
    shown.listen(event);
    logEvent(log, event);
  };
  const io = { reader: connections.reader, executor: connections.executor(), clock };
  const deadline = clock.now() + timeoutMs;
  const names = target.affected.map(({ name }) => name);
  try {
    for (;;) {
      const options = { timeoutMs: Math.max(0, deadline - clock.now()), signal, listen };
      const outcome = await apply(fleet, reconcilers, io, options);
      const wholeAt = clock.now();
      const statuses = await observeStatus(fleet, io.reader, clock.now());
      const status = statuses.find(({ name }) => name === tenant.name);
      const isWhole = names.every((name) => statuses.find((one) => one.name === name)?.reason === 'AllInOrder');
      const isBack = target.kill === 'proxy' || inSyncAt() !== undefined;
      if (outcome.result === 'done' && isWhole && isBack) return { outcome, status, wholeAt };
      if (signal.aborted || clock.now() >= deadline) return { outcome, status, wholeAt: undefined };
      await clock.sleep(1000, signal).catch(() => undefined);
    }
  } finally {
    shown.end();
  }
}
