import { setMaxListeners } from 'node:events';
import type { EC2Client, Filter } from '@aws-sdk/client-ec2';
import type { Ec2Filters, Ec2Query } from '../../reconcilers/questions/sense.ts';
import type { Ec2Command } from '../../reconcilers/verbs/verb.ts';
import type { Ec2ReadPort, Ec2WritePort } from '../ports.ts';
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
}

/** One client, from which the reading and the writing port are made. The SDK is loaded at the first call. */
export interface Ec2Session {
  readonly sdk: () => Promise<Sdk>;
  readonly pageSize: number;
  /** Calls and their pages so far, by action. Retries within the SDK are not counted. */
  readonly counters: Map<string, { calls: number; pages: number }>;
  /** Ends the calls under way when the session is closed. */
  readonly closing: AbortSignal;
  close(): Promise<void>;
}

type Module = typeof import('@aws-sdk/client-ec2');
interface Sdk {
  readonly module: Module;
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
  return { query: (query) => called(session, query.action, (sdk) => readings[query.action](session, sdk, query)) };
}

/** The changing calls, and only those. */
export function writeEc2(session: Ec2Session): Ec2WritePort {
  return {
    command: (command) =>
      called(session, command.action, async (sdk) => {
        turnPage(session, command.action);
        await write(sdk, command);
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

async function called<T>(session: Ec2Session, action: string, call: (sdk: Sdk) => Promise<T>): Promise<T> {
  countOf(session, action).calls++;
  try {
    return await call(await session.sdk());
  } catch (error) {
    throw explainEc2(action, error);
  }
}

type Reading = (session: Ec2Session, sdk: Sdk, query: Ec2Query) => Promise<readonly unknown[]>;

/** A page size is always sent: calls without one are throttled at half the rate. Filters stay the same from page to page. */
const readings: Readonly<Record<Ec2Query['action'], Reading>> = {
  DescribeInstances: async (session, { module, client }, query) => {
    const items: unknown[] = [];
    const pages = module.paginateDescribeInstances(
      { client, pageSize: session.pageSize },
      { Filters: filtersOf(query.filters) },
      { abortSignal: session.closing },
    );
    for await (const page of pages) {
      turnPage(session, query.action);
      for (const reservation of page.Reservations ?? []) items.push(...(reservation.Instances ?? []));
    }
    return items;
  },
  DescribeNetworkInterfaces: async (session, { module, client }, query) => {
    const items: unknown[] = [];
    const pages = module.paginateDescribeNetworkInterfaces(
      { client, pageSize: session.pageSize },
      { Filters: filtersOf(query.filters) },
      { abortSignal: session.closing },
    );
    for await (const page of pages) {
      turnPage(session, query.action);
      items.push(...(page.NetworkInterfaces ?? []));
    }
    return items;
  },
};

async function write({ module, client }: Sdk, command: Ec2Command): Promise<unknown> {
  const address = { NetworkInterfaceId: command.networkInterfaceId, PrivateIpAddresses: [command.address] };
  return command.action === 'AssignPrivateIpAddresses'
    ? client.send(
        new module.AssignPrivateIpAddressesCommand({ ...address, AllowReassignment: command.allowReassignment }),
      )
    : client.send(new module.UnassignPrivateIpAddressesCommand(address));
}

function filtersOf(filters: Ec2Filters): Filter[] {
  return Object.entries(filters).map(([Name, values]) => ({ Name, Values: [...values] }));
}

function countOf(session: Ec2Session, action: string): { calls: number; pages: number } {
  const count = session.counters.get(action) ?? { calls: 0, pages: 0 };
  session.counters.set(action, count);
  return count;
}

function turnPage(session: Ec2Session, action: string): void {
  countOf(session, action).pages++;
}
