import { setMaxListeners } from 'node:events';
import type { EC2Client } from '@aws-sdk/client-ec2';
import pRetry from 'p-retry';
import type { Ec2Query } from '../../../reconcilers/facts/fact.ts';
import type { Ec2ReadPort, Ec2WritePort } from '../../transport/io.ts';
import { type AccountGuard, accountGuard } from './account.ts';
import { callOf, describes, type Ec2Module } from './calls.ts';
import {
  type CredentialSettings,
  credentialConfig,
  credentialRenewal,
  type RenewCredentials,
  readFilesAgain,
} from './credentials.ts';
import { type Ec2Surroundings, explainEc2, refusesCredentials } from './errors.ts';
import { refuseOtherAnswers } from './not-ec2.ts';
import { signedUrl } from './presign.ts';
import { withUsers } from './users.ts';

export interface Ec2Settings extends CredentialSettings, Ec2Surroundings {
  /** Another endpoint than AWS' own: a lab, or an interface endpoint of the VPC. */
  readonly endpoint: string | undefined;
  /** The only account in which anything may be changed; undefined: any. */
  readonly accountId?: string | undefined;
}

export interface Ec2Options {
  /** Items a page; default 1000, the API's greatest. */
  readonly pageSize?: number;
  /** Tries a request, the first included; default 5. */
  readonly maxAttempts?: number;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  /** Tries of a changing call about something that does not exist, or does not show yet; default 6, over half a minute. */
  readonly notFoundAttempts?: number;
}

/** One client, from which the reading and the writing port are made. The SDK is loaded at the first call. */
export interface Ec2Session {
  readonly settings: Ec2Settings;
  readonly sdk: () => Promise<Sdk>;
  readonly pageSize: number;
  readonly notFoundAttempts: number;
  /** Calls and their pages so far, by action. Retries within the SDK are not counted. */
  readonly counters: Map<string, { calls: number; pages: number }>;
  readonly renewCredentials: RenewCredentials;
  readonly account: AccountGuard;
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
    settings,
    sdk: () => (loading ??= load(settings, options)),
    pageSize: options.pageSize ?? 1000,
    notFoundAttempts: options.notFoundAttempts ?? 6,
    counters: new Map(),
    renewCredentials: credentialRenewal(),
    account: accountGuard(settings.accountId),
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
      called(
        session,
        command.action,
        async ({ module, client }) => {
          await session.account.beforeChange(command.action, () => accountOf(session, { module, client }));
          turnPage(session, command.action);
          const call = () => withUsers(module, client, command.input, callOf(module, client, command));
          await whenVisible(session, call);
        },
        command.input,
      ),
    signS3: (object) =>
      called(session, 'GetObject', async ({ client }) => signedUrl(object, await client.config.credentials())),
  };
}

async function load(settings: Ec2Settings, options: Ec2Options): Promise<Sdk> {
  // The SDK warns of its plans for next year's Node on standard error, at every start, which is no use to a reader of plans.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { sdk: module } = await import('./sdk.ts');
  const client = new module.EC2Client({
    ...readFilesAgain,
    ...credentialConfig(settings),
    region: settings.region,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    // `standard`, not `adaptive`: adaptive holds all calls back after one was throttled, so an operator's command would hang behind a
    // watch in the same account. Five tries back off to about ten seconds, in which EC2's buckets (5 to 20 a second) refill.
    retryMode: 'standard',
    maxAttempts: options.maxAttempts ?? 5,
    requestHandler: {
      connectionTimeout: options.connectTimeoutMs ?? 5_000,
      requestTimeout: options.requestTimeoutMs ?? 20_000,
      throwOnRequestTimeout: true,
    },
  });
  refuseOtherAnswers(client);
  return { module, client };
}

/** Counts a call, and explains why it failed: rejects with a TransportError. Credentials that EC2 refuses are read again, and tried if they changed. */
export async function called<T>(
  session: Ec2Session,
  action: string,
  call: (sdk: Sdk) => Promise<T>,
  input?: object,
  api?: string,
): Promise<T> {
  countOf(session, action).calls++;
  try {
    const sdk = await session.sdk();
    return await call(sdk).catch(async (error: unknown) => {
      if (!refusesCredentials(error) || !(await session.renewCredentials(sdk.client))) throw error;
      session.account.forget();
      return call(sdk);
    });
  } catch (error) {
    throw explainEc2({ action, input, api }, error, session.settings);
  }
}

/**
 * EC2 is eventually consistent: what was made a moment ago may be "not found" by the next call, for seconds up to a minute. Source: EC2 API
 * Reference, "Ensuring idempotency", and "Eventual consistency".
 */
async function whenVisible(session: Ec2Session, call: () => Promise<unknown>): Promise<unknown> {
  return pRetry(call, {
    retries: session.notFoundAttempts - 1,
    factor: 2,
    minTimeout: 1_000,
    maxTimeout: 15_000,
    signal: session.closing,
    // Images and key pairs are not made here.
    shouldRetry: ({ error }) => /^Invalid(?!AMIID|KeyPair)\w+\.NotFound$/.test(error.name),
  });
}

async function describe(session: Ec2Session, { module, client }: Sdk, query: Ec2Query): Promise<readonly unknown[]> {
  const { pageSize, closing, account } = session;
  const saw = (owner: string | undefined) => account.saw(query.action, owner);
  const items: unknown[] = [];
  for await (const page of describes[query.action](module, {
    client,
    filters: query.filters,
    pageSize,
    closing,
    saw,
  })) {
    turnPage(session, query.action);
    items.push(...page);
  }
  return items;
}

/**
 * The account of the credentials, as EC2 names it, so that no other endpoint has to be reached: the owner of the default groups, one of which
 * every VPC has, and which cannot be shared. Source: VPC User Guide, "Share security groups". Without a VPC, what the credentials say.
 */
async function accountOf(session: Ec2Session, sdk: Sdk): Promise<string | undefined> {
  const filters = { 'group-name': ['default'] };
  const [group] = await describe(session, sdk, { action: 'DescribeSecurityGroups', filters });
  return (
    (group as { readonly OwnerId?: string } | undefined)?.OwnerId ?? (await sdk.client.config.credentials()).accountId
  );
}

function countOf(session: Ec2Session, action: string): { calls: number; pages: number } {
  const count = session.counters.get(action) ?? { calls: 0, pages: 0 };
  session.counters.set(action, count);
  return count;
}

function turnPage(session: Ec2Session, action: string): void {
  countOf(session, action).pages++;
}
