import type { Fleet } from '../../crds/fleet.ts';
import type { Drift } from '../../reconcilers/drift.ts';
import { type Bell, newBell } from '../bell.ts';
import type { Event } from '../events.ts';
import { newsOf, type Tell } from '../report/watch-events.ts';
import type { Shell } from '../shell.ts';
import { watch } from '../watch.ts';
import { logEvent } from './apply.ts';

/** The watches of several Clusters, side by side: one a Cluster, never two. */
export interface Crew {
  /** What is declared now. Watches go on with it; those of Clusters that are no longer declared end. */
  readonly take: (fleets: readonly Fleet[]) => void;
  /** Rejects when one of them ends by a fault of the program. */
  readonly failure: Promise<never>;
  /** Ends all of them after the steps under way, and closes their connections. */
  end(): Promise<void>;
}

interface Watching {
  fleet: Fleet;
  readonly bell: Bell;
  readonly ending: AbortController;
  readonly ended: Promise<void>;
}

export function newCrew(shell: Shell, intervalMs: number, tell: Tell): Crew {
  const all = new Map<string, Watching>();
  let fail: (reason: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => undefined);
  const start = (fleet: Fleet, after?: Promise<void>): void => {
    const bell = newBell();
    const ending = new AbortController();
    const own = { fleet, bell, ending };
    const ended = (async () => {
      await after;
      if (!ending.signal.aborted) await watchOne(shell, own, intervalMs, tell);
    })();
    ended.catch(fail);
    all.set(fleet.cluster.name, Object.assign(own, { ended }));
  };
  const endAll = (): void => {
    for (const { ending } of all.values()) ending.abort();
  };
  if (shell.signal.aborted) endAll();
  shell.signal.addEventListener('abort', endAll, { once: true });
  return {
    failure,
    take: (fleets) => {
      for (const [name, one] of all) {
        if (one.ending.signal.aborted || fleets.some(({ cluster }) => cluster.name === name)) continue;
        tell([{ type: 'documents', state: 'released' }], name);
        one.ending.abort();
      }
      for (const fleet of fleets) {
        const one = all.get(fleet.cluster.name);
        if (one && !one.ending.signal.aborted && groundOf(one.fleet) === groundOf(fleet)) {
          one.fleet = fleet;
          one.bell.ring();
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
function groundOf({ cluster }: Fleet): string {
  return JSON.stringify([cluster.ssh, cluster.aws]);
}

async function watchOne(shell: Shell, own: Omit<Watching, 'ended'>, intervalMs: number, tell: Tell): Promise<void> {
  const { name } = own.fleet.cluster;
  const { signal } = own.ending;
  const world = shell.open(own.fleet);
  const news = newsOf((events) => tell(events, name), shell.clock.now);
  const listen = (event: Event): void => {
    news(event);
    logEvent(shell, event);
  };
  tell([{ type: 'started', intervalMs }], name);
  let left: readonly Drift[] | undefined;
  try {
    left = await watch(
      () => own.fleet,
      shell.reconcilers,
      { senses: world.senses, actuators: world.actuators(), clock: shell.clock },
      { intervalMs, signal, bell: own.bell, listen },
    );
  } finally {
    await world.close();
  }
  tell([{ type: 'stopped', left }], name);
}
