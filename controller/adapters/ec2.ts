import { setMaxListeners } from 'node:events';
import type { EC2Client } from '@aws-sdk/client-ec2';
import pRetry from 'p-retry';
import type { Ec2Query } from '../../reconcilers/questions/sense.ts';
import type { Ec2ReadPort, Ec2WritePort } from '../ports.ts';
import { callOf, describes, type Ec2Module } from './ec2-calls.ts';
import { explainEc2 } from './ec2-errors.ts';

export interface Ec2Settings {
  readonly region: string;
  /** Another endpoint than AWS' own: a lab, or an interface endpoint of the VPC. */
  readonly endpoint: string | undefined;
}

export interface Ec2Options {
  /** Items a page; 1000, the API's greatest, unless told. */
  readonly pageSize?: number;
  /** Tries a request, the first included; 5 unless told. */
  readonly maxAttempts?: number;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  /** Tries of a changing call about something that does not exist, or does not show yet; 6 unless told, over half a minute. */
  readonly unseenAttempts?: number;
}

/** One client, from which the reading and the writing port are made. The SDK is loaded at the first call. */
export interface Ec2Session {
  readonly sdk: () => Promise<Sdk>;
  readonly pageSize: number;
  readonly unseenAttempts: number;
  /** Calls and their pages so far, by action. Retries within the SDK are not counted. */
  readonly counters: Map<string, { calls: number; pages: number }>;
  /** Ends the calls under way when the session is closed. */
  readonly closing: AbortSignal;
  close(): Promise<void>;
}

interface Sdk {
  readonly module: Ec2Module;
  readonly client: EC2Client;
}

/** Opens nothing yet: loading the SDK takes a third of a second, which `validate` should not wait for. */
export function openEc2(settings: Ec2Settings, options: Ec2Options = {}): Ec2Session {
  let loading: Promise<Sdk> | undefined;
  const closing = new AbortController();
  // Each call under way listens.
  setMaxListeners(0, closing.signal);
  return {
    sdk: () => (loading ??= load(settings, options)),
    pageSize: options.pageSize ?? 1000,
    unseenAttempts: options.unseenAttempts ?? 6,
    counters: new Map(),
    closing: closing.signal,
    close: async () => {
      closing.abort();
      (await loading?.catch(() => undefined))?.client.destroy();
    },
  };
}

/** Read only: holds no way to change anything. */
export function readEc2(session: Ec2Session): Ec2ReadPort {
  return { query: (query) => called(session, query.action, (sdk) => describe(session, sdk, query)) };
}

/** The changing calls, and only those. */
export function writeEc2(session: Ec2Session): Ec2WritePort {
  return {
    command: (command) =>
      called(session, command.action, async ({ module, client }) => {
        turnPage(session, command.action);
        await whenSeen(session, () => callOf(module, client, command));
      }),
  };
}

async function load(settings: Ec2Settings, options: Ec2Options): Promise<Sdk> {
  // The SDK warns of its plans for next year's Node on standard error, at every start: true, and nothing for the person who reads plans.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const module = await import('@aws-sdk/client-ec2');
  const client = new module.EC2Client({
    region: settings.region,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    // `standard`, not `adaptive`: adaptive holds all calls back after one was throttled, so a person's command would hang behind a
    // watch in the same account. Five tries back off to about ten seconds, in which EC2's buckets (5 to 20 a second) refill.
    retryMode: 'standard',
    maxAttempts: options.maxAttempts ?? 5,
    requestHandler: {
      connectionTimeout: options.connectTimeoutMs ?? 5_000,
      requestTimeout: options.requestTimeoutMs ?? 20_000,
      throwOnRequestTimeout: true,
    },
  });
  return { module, client };
}

/** Counts a call, and explains why it failed: rejects with a MediumError. */
export async function called<T>(session: Ec2Session, action: string, call: (sdk: Sdk) => Promise<T>): Promise<T> {
  countOf(session, action).calls++;
  try {
    return await call(await session.sdk());
  } catch (error) {
    throw explainEc2(action, error);
  }
}

/**
 * EC2 is eventually consistent: what was made a moment ago may be "not found" by the next call, for seconds up to a minute. Source: EC2 API
 * Reference, "Ensuring idempotency", and "Eventual consistency".
 */
async function whenSeen(session: Ec2Session, call: () => Promise<unknown>): Promise<void> {
  await pRetry(call, {
    retries: session.unseenAttempts - 1,
    factor: 2,
    minTimeout: 1_000,
    maxTimeout: 15_000,
    signal: session.closing,
    shouldRetry: ({ error }) => /^Invalid\w+\.NotFound$/.test(error.name),
  });
}

async function describe(session: Ec2Session, { module, client }: Sdk, query: Ec2Query): Promise<readonly unknown[]> {
  const { pageSize, closing } = session;
  const items: unknown[] = [];
  for await (const page of describes[query.action](module, { client, filters: query.filters, pageSize, closing })) {
    turnPage(session, query.action);
    items.push(...page);
  }
  return items;
}

function countOf(session: Ec2Session, action: string): { calls: number; pages: number } {
  const count = session.counters.get(action) ?? { calls: 0, pages: 0 };
  session.counters.set(action, count);
  return count;
}

function turnPage(session: Ec2Session, action: string): void {
  countOf(session, action).pages++;
}
