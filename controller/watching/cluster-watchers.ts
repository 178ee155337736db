import type { Fleet } from '../../crds/fleet.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { BoundReconciler } from '../../reconcilers/contract/reconciler.ts';
import { logEvent } from '../engine/event-log.ts';
import { watch } from '../engine/watch.ts';
import type { Event } from '../events/events.ts';
import type { Emit } from '../events/watch-event.ts';
import { newWakeUp, type WakeUp } from '../pacing/wake-up.ts';
import type { Clock, Connections, Log } from '../transport/io.ts';
import { eventDedup } from './event-dedup.ts';

/** What the watchers work with. */
export interface WatchersContext {
  readonly reconcilers: readonly BoundReconciler[];
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  open(fleet: Fleet): Connections;
}

/** The watches of several Clusters, in parallel: one per Cluster, never two. */
export interface ClusterWatchers {
  /** Sets what is declared now. Watches go on with it; those of Clusters that are no longer declared end. */
  readonly setFleets: (fleets: readonly Fleet[]) => void;
  /** Rejects when one of them ends by a bug. */
  readonly failure: Promise<never>;
  /** Ends all of them after the steps in progress, and closes their connections. */
  end(): Promise<void>;
}

interface Watching {
  fleet: Fleet;
  readonly wakeUp: WakeUp;
  readonly ending: AbortController;
  readonly ended: Promise<void>;
}

export function newClusterWatchers(context: WatchersContext, intervalMs: number, emit: Emit): ClusterWatchers {
  const all = new Map<string, Watching>();
  let fail: (reason: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => undefined);
  const start = (fleet: Fleet, after?: Promise<void>): void => {
    const wakeUp = newWakeUp();
    const ending = new AbortController();
    const own = { fleet, wakeUp, ending };
    const ended = (async () => {
      await after;
      if (!ending.signal.aborted) await watchOne(context, own, intervalMs, emit);
    })();
    ended.catch(fail);
    all.set(fleet.cluster.name, Object.assign(own, { ended }));
  };
  const endAll = (): void => {
    for (const { ending } of all.values()) ending.abort();
  };
  if (context.signal.aborted) endAll();
  context.signal.addEventListener('abort', endAll, { once: true });
  return {
    failure,
    setFleets: (fleets) => {
      for (const [name, one] of all) {
        if (one.ending.signal.aborted || fleets.some(({ cluster }) => cluster.name === name)) continue;
        emit([{ type: 'documents', state: 'released' }], name);
        one.ending.abort();
      }
      for (const fleet of fleets) {
        const one = all.get(fleet.cluster.name);
        if (one && !one.ending.signal.aborted && connectionSettingsOf(one.fleet) === connectionSettingsOf(fleet)) {
          one.fleet = fleet;
          one.wakeUp.notify();
          continue;
        }
        one?.ending.abort();
        start(fleet, one?.ended);
      }
    },
    end: async () => {
      endAll();
      await Promise.all([...all.values()].map(({ ended }) => ended));
    },
  };
}

/** What connections are opened with. */
function connectionSettingsOf({ cluster }: Fleet): string {
  return JSON.stringify([cluster.ssh, cluster.hosts.map(({ login }) => login), cluster.aws]);
}

async function watchOne(
  context: WatchersContext,
  own: Omit<Watching, 'ended'>,
  intervalMs: number,
  emit: Emit,
): Promise<void> {
  const { name } = own.fleet.cluster;
  const { signal } = own.ending;
  const connections = context.open(own.fleet);
  const dedup = eventDedup((events) => emit(events, name), context.clock.now);
  const listen = (event: Event): void => {
    dedup(event);
    logEvent(context.log, event);
  };
  emit([{ type: 'started', intervalMs }], name);
  let left: readonly Finding[] | undefined;
  try {
    left = await watch(
      () => own.fleet,
      context.reconcilers,
      { reader: connections.reader, executor: connections.executor(), clock: context.clock },
      { intervalMs, signal, wakeUp: own.wakeUp, listen },
    );
  } finally {
    await connections.close();
  }
  emit([{ type: 'stopped', left }], name);
}
