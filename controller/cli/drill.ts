import type { Fleet, Tenant } from '../../crds/fleet.ts';
import { pauseOfTenant, refusalText } from '../../reconcilers/shared/paused-documents.ts';
import { observeAndPlan, observeStatus } from '../engine/pass.ts';
import type { Kill } from '../events/drill.ts';
import { announcementText } from '../report/drill-text.ts';
import type { Connections } from '../transport/io.ts';
import type { CliContext } from './context.ts';
import { drillRefusal, drillTarget } from './drill-refusal.ts';
import { rehearse } from './drill-run.ts';
import { type ExitCode, exit } from './exit-code.ts';
import type { Prepared } from './rehearsal.ts';
import { unknownTenant } from './tenant-request.ts';

export interface DrillOptions {
  readonly kill: Kill;
  /** The Tenant's name, repeated: without it, what would be done is shown and nothing is done. */
  readonly confirm: string | undefined;
  readonly timeoutMs: number;
}

/** Rehearses a failure of a tenant that is in order, and shows what its clients saw. */
export async function drill(
  context: CliContext,
  files: readonly string[],
  name: string,
  options: DrillOptions,
): Promise<ExitCode> {
  const refuse = (why: string): ExitCode => {
    context.err(`${why}; nothing was done\n`);
    return exit.error;
  };
  const fleets = await context.load(files, 'resolve');
  if (!fleets) return exit.error;
  const fleet = fleets.find(({ tenants }) => tenants.some((tenant) => tenant.name === name));
  const tenant = fleet?.tenants.find((one) => one.name === name);
  if (!fleet || !tenant) return refuse(unknownTenant(name, fleets));
  const { confirm } = options;
  if (confirm !== undefined && confirm !== name)
    return refuse(`--confirm ${confirm} is not the name of the tenant to drill, ${name}`);
  const pause = pauseOfTenant(fleet, name, context.clock.now());
  if (pause) return refuse(refusalText(pause));
  const connections = context.open(fleet);
  try {
    const prepared = await prepare(context, fleet, tenant, connections, options.kill);
    if ('refused' in prepared) return refuse(prepared.refused);
    const { target, from } = prepared;
    const key = `ec2-redis-operator:drill:${context.clock.now()}`;
    const affected = target.affected.map((one) => one.name);
    context.out(announcementText({ ...target, affected, from: from.map((one) => one.name), key }));
    if (confirm === undefined) {
      context.out(`Nothing was done. To do it: reconcile drill ${name} --kill ${target.kill} -f … --confirm ${name}\n`);
      return exit.differs;
    }
    const rehearsal = { ...prepared, fleet, tenant, connections, key, timeoutMs: options.timeoutMs };
    const ended = await rehearse(context, rehearsal);
    return typeof ended === 'number' ? ended : refuse(ended.refused);
  } finally {
    await connections.close();
  }
}

async function prepare(
  { reconcilers, clock }: CliContext,
  fleet: Fleet,
  tenant: Tenant,
  { reader }: Connections,
  kill: Kill,
): Promise<Prepared | { readonly refused: string }> {
  const pair = fleet.proxyPairs.find(({ name }) => name === tenant.expose?.proxyPair);
  if (!pair || !tenant.expose) return { refused: `no ProxyPair exposes ${tenant.name}: there are no clients to ask` };
  const statuses = await observeStatus(fleet, reader, clock.now());
  const status = statuses.find(({ name }) => name === tenant.name);
  const target = status && drillTarget(fleet, tenant, kill, status);
  if (!target) return { refused: `tenant ${tenant.name} is not in order: ${status?.message}` };
  const { plan, snapshot } = await observeAndPlan(fleet, reconcilers, reader, { now: clock.now() });
  const refused = drillRefusal(fleet, target, plan, statuses);
  if (refused) return { refused: `${refused}. A drill needs everything in order before` };
  const hosts = placesOf(fleet, tenant, target.host).map((host) => snapshot.targetOf(host));
  const endpoint = {
    tenant: tenant.name,
    through: [],
    address: pair.vip,
    port: tenant.expose.port,
    password: tenant.password,
  };
  const from = hosts.filter((host) => 'address' in host);
  return { target, endpoint, from, targetOf: snapshot.targetOf, owner: status.vipOwner };
}

/** A Redis host is as far from the proxies as a client. Where its sshd forwards nothing, a proxy that is not killed. */
function placesOf({ cluster, proxyPairs }: Fleet, { expose }: Tenant, killed: string): readonly string[] {
  const redis = cluster.hosts.filter(({ role }) => role === 'redis').map(({ name }) => name);
  const proxies = proxyPairs.find(({ name }) => name === expose?.proxyPair)?.hosts ?? [];
  return [...redis, ...proxies].filter((host) => host !== killed);
}
