import type { LabHost } from '../topology.ts';
import type { ActiveFault, FaultArgs } from './active-fault.ts';
import type { Fault } from './fault.ts';

/** Faults of the EC2 API, for hosts and operator alike. Each call checks which are in force. */
export const apiFaults: { readonly [name: string]: Fault } = {
  'api-slow': {
    summary: 'the EC2 API handles every call SECONDS late, even if the caller has given up by then',
    takes: ['SECONDS'],
    revertedBy: 'api-normal',
    inject: async () => undefined,
  },
  'api-throttle': {
    summary: 'the EC2 API throttles calls (503 RequestLimitExceeded): all of them, or PERCENT',
    takes: ['[PERCENT]'],
    revertedBy: 'api-normal',
    inject: async () => undefined,
  },
  'api-lossy': {
    summary:
      'the EC2 API carries out calls, but closes the connection instead of answering: all, PERCENT of them, or only ACTION',
    takes: ['[PERCENT]', '[ACTION]'],
    revertedBy: 'api-normal',
    inject: async () => undefined,
  },
  'api-eventual': {
    summary:
      'the EC2 API is eventually consistent: for up to SECONDS after a change, some calls still see the old state',
    takes: ['SECONDS'],
    revertedBy: 'api-normal',
    inject: async () => undefined,
  },
  'api-buckets': {
    summary: "the EC2 API throttles calls as EC2's published token buckets do, one bucket per action for the account",
    takes: [],
    revertedBy: 'api-normal',
    inject: async () => undefined,
  },
  'api-down': {
    summary: 'the EC2 API closes every connection without carrying anything out',
    takes: [],
    revertedBy: 'api-normal',
    inject: async () => undefined,
  },
  'api-clock': {
    summary: 'HOST meets an EC2 API whose clock is SECONDS behind its own: in the answers, and in what the API accepts',
    takes: ['HOST', 'SECONDS'],
    revertedBy: 'api-normal',
    inject: async () => undefined,
  },
  'api-deny': {
    summary: 'the role of HOST loses its permissions, or that for ACTION (403 UnauthorizedOperation)',
    takes: ['HOST', '[ACTION]'],
    revertedBy: 'api-normal',
    inject: async () => undefined,
  },
  'ec2-refuses': {
    summary:
      'the EC2 API refuses ACTION with CODE, such as VcpuLimitExceeded; an HTTP status, such as 502, is the page of a proxy',
    takes: ['ACTION', 'CODE'],
    revertedBy: 'api-normal',
    inject: async () => undefined,
  },
  'ec2-quota': {
    summary:
      'Service Quotas shows VALUE for QUOTA, such as 4 for L-1216C47A (vCPUs of Standard instances); no call is refused for it',
    takes: ['QUOTA', 'VALUE'],
    revertedBy: 'api-normal',
    inject: async () => undefined,
  },
  'ec2-ends': {
    summary: 'each instance that is launched ends at once, with CODE as its state reason, such as Client.InternalError',
    takes: ['CODE'],
    revertedBy: 'api-normal',
    inject: async () => undefined,
  },
  'api-normal': {
    summary: 'end every fault of the EC2 API',
    takes: [],
    inject: async () => undefined,
  },
};

/** The time of the EC2 API as a host meets it. The hosts of a lab share the machine's clock, so that it is the API's that differs. */
export function timeFor(faults: readonly ActiveFault[], caller: LabHost | undefined, now: Date): Date {
  const skews = faults.filter(({ fault, args }) => fault === 'api-clock' && caller && args.host === caller);
  return new Date(now.getTime() - 1000 * Math.max(0, ...skews.map(({ args }) => args.seconds ?? 0)));
}

/** Whether the role of a host has lost the permission for an action. */
export function isDenied(faults: readonly ActiveFault[], host: LabHost, action: string): boolean {
  return faults.some(
    ({ fault, args }) => fault === 'api-deny' && args.host === host && (args.action ?? action) === action,
  );
}

/** The code, or HTTP status, that the faults in force refuse an action with. */
export function refusalOf(faults: readonly ActiveFault[], action: string): string | undefined {
  return faults.find(({ fault, args }) => fault === 'ec2-refuses' && args.action === action)?.args.code;
}

/** How the faults in force affect one call of the EC2 API. */
export interface CallOutcome {
  readonly down: boolean;
  readonly throttled: boolean;
  /** Whether token buckets limit the calls. */
  readonly metered: boolean;
  /** How old the state is that the call sees (milliseconds); 0 for the current one. */
  readonly lagMs: number;
  readonly delayMs: number;
  readonly unanswered: boolean;
}

/** The outcome of call `number` (counted from 1) of `action`. */
export function outcomeOf(faults: readonly ActiveFault[], action: string, number: number): CallOutcome {
  const inForce = (name: string) => faults.filter(({ fault }) => fault === name).map(({ args }) => args);
  // A share is spread evenly: 25 percent affects one call of every four.
  const affected = ({ percent = 100 }: FaultArgs) =>
    Math.floor((number * percent) / 100) > Math.floor(((number - 1) * percent) / 100);
  return {
    down: inForce('api-down').length > 0,
    metered: inForce('api-buckets').length > 0,
    lagMs: 1000 * staleness(number) * Math.max(0, ...inForce('api-eventual').map(({ seconds }) => seconds ?? 0)),
    throttled: inForce('api-throttle').some(affected),
    delayMs: 1000 * Math.max(0, ...inForce('api-slow').map(({ seconds }) => seconds ?? 0)),
    unanswered: inForce('api-lossy').some((args) => (args.action ?? action) === action && affected(args)),
  };
}

/** Every third call sees the current state; the others lag by a varying share, so that consecutive calls disagree. */
function staleness(number: number): number {
  return number % 3 === 0 ? 0 : (number * 0.618) % 1;
}
