import type { Fleet } from '../../crds/fleet.ts';
import type { Inventory } from '../../reconcilers/contract/inventory.ts';
import type { FactLookup } from '../../reconcilers/contract/reconciler.ts';
import type { RespReply } from '../../reconcilers/facts/fact.ts';
import {
  ec2Probes,
  hostProbes,
  isEc2Request,
  isHostRequest,
  isRespRequest,
  respProbes,
} from '../../reconcilers/facts/index.ts';
import { denied, type Observation, unknown } from '../../reconcilers/facts/observation.ts';
import {
  type Ec2Facts,
  type Ec2Request,
  type FactRequest,
  factKey,
  type HostFacts,
  type HostRequest,
  type RespFacts,
  type RespRequest,
} from '../../reconcilers/facts/requests.ts';
import type { ScriptResult } from '../../renderers/host-batch.ts';
import { messageOf, NotForwarded, NoWayThrough, TransportError } from '../transport/errors.ts';
import type { FactReader, HostQuery } from '../transport/io.ts';
import { hostFacts, inventoryOf } from './host-discovery.ts';
import { type TargetOf, targetsIn } from './target.ts';

/** What has been observed so far. */
export interface Snapshot {
  readonly inventory: Inventory;
  readonly lookup: FactLookup;
  readonly targetOf: TargetOf;
  /** Reads further facts; those that are known are not read again. */
  read(requests: readonly FactRequest[]): Promise<void>;
}

/** The first round: which hosts exist in EC2, and at which address. Later rounds are read by the snapshot that comes back. */
export async function discoverHosts(fleet: Fleet, reader: FactReader): Promise<Snapshot> {
  const known: Known = new Map();
  const lookup = ((request: FactRequest) =>
    known.get(factKey(request)) ?? unknown('it was not requested')) as FactLookup;
  await Promise.all(hostFacts(fleet).map((request) => readEc2(reader, request, known)));
  const inventory = inventoryOf(fleet, lookup);
  const targetOf = targetsIn(fleet.cluster, inventory);
  return { inventory, lookup, targetOf, read: (requests) => readAll(reader, targetOf, requests, known) };
}

type Known = Map<string, Observation<unknown>>;

async function readAll(
  reader: FactReader,
  targetOf: TargetOf,
  requests: readonly FactRequest[],
  known: Known,
): Promise<void> {
  const unique = new Map(requests.map((request) => [factKey(request), request]));
  const fresh = [...unique].flatMap(([key, request]) => (known.has(key) ? [] : [request]));
  const onHosts = fresh.filter(isHostRequest);
  const hosts = [...new Set(onHosts.map(({ host }) => host))];
  const of = (host: string) => onHosts.filter((request) => request.host === host);
  await Promise.all([
    ...fresh.filter(isEc2Request).map((request) => readEc2(reader, request, known)),
    ...hosts.map((host) => readHost(reader, targetOf, host, of(host), known)),
    ...fresh.filter(isRespRequest).map((request) => readResp(reader, targetOf, request, known)),
  ]);
}

async function readEc2<N extends keyof Ec2Facts>(
  reader: FactReader,
  request: Ec2Request<N>,
  known: Known,
): Promise<void> {
  const probe = ec2Probes[request.fact];
  const seen = async () => probe.read(await reader.readEc2(probe.query(request)), request);
  known.set(factKey(request), await seen().catch(notRead));
}

/** One batch per host: one command on its one connection. */
async function readHost(
  reader: FactReader,
  targetOf: TargetOf,
  host: string,
  requests: readonly HostRequest[],
  known: Known,
): Promise<void> {
  const target = targetOf(host);
  const run = async () => ('reason' in target ? notReached(target) : reader.readHost(target, requests.map(queryFor)));
  const results = await run().catch(notRead);
  for (const [index, request] of requests.entries()) {
    const result = 'reason' in results ? results : results[index];
    known.set(factKey(request), valueIn(request, result));
  }
}

/** The script is rendered when it is read: the simulated transport needs none. */
function queryFor<N extends keyof HostFacts>(request: HostRequest<N>): HostQuery {
  const probe = hostProbes[request.fact];
  return {
    request: request as HostRequest,
    get script() {
      return probe.script(request);
    },
    seconds: probe.seconds ?? 10,
  };
}

function valueIn<N extends keyof HostFacts>(
  request: HostRequest<N>,
  result: ScriptResult | ReturnType<typeof unknown> | undefined,
): Observation<unknown> {
  if (!result) return unknown('the host returned nothing for it');
  return 'reason' in result ? result : hostProbes[request.fact].read(result, request);
}

async function readResp(reader: FactReader, targetOf: TargetOf, request: RespRequest, known: Known): Promise<void> {
  const { endpoint, commands, read, readFailure } = respQuery(request);
  const targets = endpoint.through.map((host) => targetOf(host)).filter((target) => 'address' in target);
  const seen = async () => {
    if (!targets.length) return unknown(`no host with an address in the network of ${endpoint.tenant} can be reached`);
    return read(await reader.readResp(request, endpoint, targets, commands));
  };
  known.set(factKey(request), await seen().catch((error: unknown) => readFailure(error) ?? notRead(error)));
}

function respQuery<N extends keyof RespFacts>(request: RespRequest<N>) {
  const probe = respProbes[request.fact];
  return {
    endpoint: probe.endpoint(request),
    commands: probe.commands(request),
    read: (replies: readonly RespReply[]): Observation<unknown> => probe.read(replies, request),
    readFailure: (error: unknown): Observation<unknown> | undefined => {
      if (!(error instanceof TransportError)) return undefined;
      const { kind, message } = error;
      const failed = kind === 'no-connection' || kind === 'lost' || kind === 'no-reply';
      return failed ? probe.readFailure?.(kind, message) : undefined;
    },
  };
}

function notReached({ reason, behind }: { readonly reason: string; readonly behind?: string }) {
  return { ...unknown(reason), ...(behind === undefined ? {} : { behind }) };
}

function notRead(error: unknown) {
  const kind = error instanceof TransportError ? error.kind : undefined;
  if (kind === 'password') return denied(messageOf(error), 'password');
  const why = unknown(messageOf(error), kind === 'early' ? 'soon' : kind === 'refused' ? 'refused' : undefined);
  if (error instanceof NoWayThrough) return { ...why, behind: error.host };
  return error instanceof NotForwarded ? { ...why, notForwardedBy: error.hosts } : why;
}
