import type { Broken, Fault, Given } from './fault.ts';

/** Faults of the EC2 API, for hosts and operator alike: which are in force is asked at each call. */
export const apiFaults: { readonly [name: string]: Fault } = {
  'api-slow': {
    summary:
      'the EC2 API carries out and answers every call only SECONDS after it came, also when nobody waits for it any more',
    takes: ['SECONDS'],
    mendedBy: 'api-normal',
    inflict: async () => undefined,
  },
  'api-throttle': {
    summary: 'it refuses calls (503 RequestLimitExceeded): all, or that share of them',
    takes: ['[PERCENT]'],
    mendedBy: 'api-normal',
    inflict: async () => undefined,
  },
  'api-lossy': {
    summary:
      'it carries calls out, and closes the connection instead of answering: all, that share of them, or those of that ACTION',
    takes: ['[PERCENT]', '[ACTION]'],
    mendedBy: 'api-normal',
    inflict: async () => undefined,
  },
  'api-eventual': {
    summary:
      'what has changed is seen by some calls and not by others for up to SECONDS; what is new is not found by those that do not see it',
    takes: ['SECONDS'],
    mendedBy: 'api-normal',
    inflict: async () => undefined,
  },
  'api-buckets': {
    summary: "it refuses calls (503 RequestLimitExceeded) as EC2's published token buckets do, one a call and account",
    takes: [],
    mendedBy: 'api-normal',
    inflict: async () => undefined,
  },
  'api-down': {
    summary: 'it closes every connection without carrying anything out',
    takes: [],
    mendedBy: 'api-normal',
    inflict: async () => undefined,
  },
  'api-normal': {
    summary: 'end every fault of the EC2 API',
    takes: [],
    inflict: async () => undefined,
  },
};

/** What becomes of one call of the EC2 API. */
export interface CallFate {
  readonly down: boolean;
  readonly throttled: boolean;
  /** Whether token buckets say how many calls there may be. */
  readonly measured: boolean;
  /** How old the knowledge is that it is answered from (milliseconds); 0 for none older than now. */
  readonly lagMs: number;
  readonly delayMs: number;
  readonly unanswered: boolean;
}

/** The fate of the `number`th call (from 1), which is of `action`. */
export function fateOf(broken: readonly Broken[], action: string, number: number): CallFate {
  const inForce = (name: string) => broken.filter(({ fault }) => fault === name).map(({ given }) => given);
  // The calls of a share lie evenly: of every four, a share of 25 percent is one.
  const struck = ({ percent = 100 }: Given) =>
    Math.floor((number * percent) / 100) > Math.floor(((number - 1) * percent) / 100);
  return {
    down: inForce('api-down').length > 0,
    measured: inForce('api-buckets').length > 0,
    lagMs: 1000 * staleness(number) * Math.max(0, ...inForce('api-eventual').map(({ seconds }) => seconds ?? 0)),
    throttled: inForce('api-throttle').some(struck),
    delayMs: 1000 * Math.max(0, ...inForce('api-slow').map(({ seconds }) => seconds ?? 0)),
    unanswered: inForce('api-lossy').some((given) => (given.action ?? action) === action && struck(given)),
  };
}

/** Every third call sees what is; the others lag by a share that jumps about, so that two calls in a row disagree. */
function staleness(number: number): number {
  return number % 3 === 0 ? 0 : (number * 0.618) % 1;
}
