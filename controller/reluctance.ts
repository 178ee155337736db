import { messageOf } from './observe.ts';
import { type Backoff, jittered, restAfter } from './patience.ts';
import { type Clock, MediumError, onlyByAPerson, type Senses } from './ports.ts';

/** Senses that do not ask again and again whom they did not reach: they answer with the same failure until its rest is over. */
export interface Reluctant {
  readonly senses: Senses;
  /** What was refused and rests: words for which only a person has the remedy. */
  refusals(): readonly string[];
  /** When the first of those that rest is to be asked again; undefined when none rests. */
  nextTry(now: number): number | undefined;
  /** Everybody is asked at the next look. */
  forgive(): void;
}

export interface Rests {
  /** For a host or an EC2 that does not answer. */
  readonly passing: Backoff;
  /** For what was refused, milliseconds. */
  readonly refusedMs: number;
}

interface Rest {
  readonly failures: number;
  readonly until: number;
  readonly error: unknown;
}

/**
 * A dead host costs a look its time to connect, and holds up everybody else's repair for as long. Redis and Sentinel that do not
 * answer are asked at every look, since that is cheap and a failover is near; those that refuse our password are not.
 */
export function reluctant(senses: Senses, clock: Clock, rests: Rests): Reluctant {
  const resting = new Map<string, Rest>();
  const ask = async <T>(whom: string, put: () => Promise<T>, isCheap = false): Promise<T> => {
    const known = resting.get(whom);
    if (known && clock.now() < known.until) throw known.error;
    try {
      const answer = await put();
      resting.delete(whom);
      return answer;
    } catch (error) {
      const failures = (known?.failures ?? 0) + 1;
      if (isCheap && !onlyByAPerson(error)) resting.delete(whom);
      else if (error instanceof MediumError)
        resting.set(whom, { failures, until: clock.now() + restFor(error, failures, clock.random(), rests), error });
      throw error;
    }
  };
  return {
    senses: {
      askHost: (target, questions) =>
        ask(`host ${target.name} ${target.address}`, () => senses.askHost(target, questions)),
      askEc2: (query) => ask(`EC2 ${query.action}`, () => senses.askEc2(query)),
      askResp: (one, endpoint, through, commands) =>
        ask(
          `RESP ${endpoint.tenant} ${endpoint.member} ${endpoint.port}`,
          () => senses.askResp(one, endpoint, through, commands),
          true,
        ),
    },
    refusals: () =>
      [...resting.values()].filter(({ error }) => onlyByAPerson(error)).map(({ error }) => messageOf(error)),
    nextTry: (now) => {
      const ends = [...resting.values()].map(({ until }) => until).filter((end) => end > now);
      return ends.length ? Math.min(...ends) : undefined;
    },
    forgive: () => resting.clear(),
  };
}

function restFor(error: MediumError, failures: number, chance: number, { passing, refusedMs }: Rests): number {
  return onlyByAPerson(error) ? jittered(refusedMs, chance) : restAfter(failures, chance, passing);
}
