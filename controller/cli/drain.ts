import type { Fleet, Host, HostRequest } from '../../crds/fleet.ts';
import { nearestName } from '../../crds/schema/nearest-name.ts';
import { onlyDrain } from '../../reconcilers/contract/only-asked.ts';
import type { FactLookup } from '../../reconcilers/contract/reconciler.ts';
import { isDrained } from '../../reconcilers/shared/drained-hosts.ts';
import { pausesInForce, refusalText } from '../../reconcilers/shared/paused-documents.ts';
import { observeAndPlan } from '../engine/pass.ts';
import { carryOut, type RequestOptions } from './carry-out.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exit } from './exit-code.ts';

export interface DrainOptions extends RequestOptions {
  readonly forMs: number;
  readonly reason: string;
}

/** Hands masters and a virtual IP on a host over to others, and keeps them away until a time. */
export function drain(
  context: CliContext,
  files: readonly string[],
  host: string,
  { forMs, reason, ...options }: DrainOptions,
): Promise<ExitCode> {
  const until = Math.ceil((context.clock.now() + forMs) / 1000) * 1000;
  return requestOfHost(context, files, host, { drain: { until, reason } }, options);
}

/** Ends the drain of a host. Nothing moves back. */
export function uncordon(
  context: CliContext,
  files: readonly string[],
  host: string,
  options: RequestOptions,
): Promise<ExitCode> {
  return requestOfHost(context, files, host, 'uncordon', options);
}

async function requestOfHost(
  context: CliContext,
  files: readonly string[],
  name: string,
  requested: HostRequest,
  options: RequestOptions,
): Promise<ExitCode> {
  const fleets = await context.load(files, 'resolve');
  if (!fleets) return exit.error;
  const fleet = fleets.find(({ cluster }) => cluster.hosts.some((host) => host.name === name));
  const host = fleet?.cluster.hosts.find((one) => one.name === name);
  if (!fleet || !host) {
    context.err(`${unknownHost(name, fleets)}; nothing was done\n`);
    return exit.error;
  }
  const connections = context.open(fleet);
  try {
    const { snapshot, inForce } = await observeAndPlan(fleet, context.reconcilers, connections.reader, {
      now: context.clock.now(),
    });
    const concerned = concernedBy(inForce, host);
    const pause = pausesInForce(fleet, context.clock.now()).find(
      (one) => one.kind === 'Cluster' || concerned.includes(one.name) || one.hosts.includes(name),
    );
    if (pause && requested !== 'uncordon') {
      context.err(`nothing was done: ${refusalText(pause)}\n`);
      return exit.error;
    }
    const other = requested === 'uncordon' ? undefined : alsoDrained(inForce, host, snapshot.lookup);
    if (other !== undefined) {
      context.err(
        `${other} is drained, and has no other host to hand over to but ${name}: end that first (reconcile uncordon ${other}); nothing was done\n`,
      );
      return exit.error;
    }
    const hosts = fleet.cluster.hosts.map((one) => (one === host ? { ...host, requested } : one));
    const asked = { ...fleet, cluster: { ...fleet.cluster, hosts } };
    const unfinished = `${name} may be marked as drained already: apply goes on with it, and reconcile uncordon ${name} ends it.\n`;
    return await carryOut(
      context,
      { name, fleet: asked, only: onlyDrain(name, concerned), unfinished },
      connections,
      options,
    );
  } finally {
    await connections.close();
  }
}

function unknownHost(name: string, fleets: readonly Fleet[]): string {
  const names = fleets.flatMap(({ cluster }) => cluster.hosts.map((host) => host.name)).sort();
  const meant = nearestName(name, names);
  return `these documents declare no host ${name}; ${meant ? `did you mean ${meant}?` : `they declare ${names.join(', ')}`}`;
}

/** Tenants with a member on the host; of a proxy, those that its pair exposes. */
function concernedBy({ tenants, proxyPairs }: Fleet, { name }: Host): readonly string[] {
  const pair = proxyPairs.find(({ hosts }) => hosts.includes(name));
  const concerned = tenants.filter(({ members, expose }) =>
    pair ? expose?.proxyPair === pair.name : members.some(({ host }) => host === name),
  );
  return concerned.map((tenant) => tenant.name);
}

/** A drained host without which, and without this one, a tenant would have no member that may be master, or a pair no host. */
function alsoDrained({ cluster, tenants, proxyPairs }: Fleet, host: Host, lookup: FactLookup): string | undefined {
  const drained = cluster.hosts.filter(
    (one) => one !== host && isDrained(one, lookup({ fact: 'drained', host: one.name })),
  );
  const names = drained.map(({ name }) => name);
  const groups = [
    ...proxyPairs.map(({ hosts }) => hosts),
    ...tenants.map(({ members }) => members.map((one) => one.host)),
  ];
  const left = groups.find(
    (group) => group.includes(host.name) && group.every((one) => one === host.name || names.includes(one)),
  );
  return left?.find((one) => one !== host.name);
}
