import type { Fleet, Tenant, TenantRequest } from '../../crds/fleet.ts';
import { nearestName } from '../../crds/schema/nearest-name.ts';
import { onlyTenant } from '../../reconcilers/contract/only-asked.ts';
import type { FactLookup } from '../../reconcilers/contract/reconciler.ts';
import { containerName } from '../../reconcilers/shared/names.ts';
import { pauseOfTenant, refusalText } from '../../reconcilers/shared/paused-documents.ts';
import { type TenantState, tenantFacts, tenantStateOf } from '../../reconcilers/shared/tenant-state.ts';
import { observeAndPlan } from '../engine/pass.ts';
import type { Connections } from '../transport/io.ts';
import { carryOut, type RequestOptions } from './carry-out.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exit } from './exit-code.ts';

/** What is asked for, from the state of the tenant. `refused`: why nothing is done. */
export type RequestOf = (tenant: Tenant, state: TenantState) => TenantRequest | { readonly refused: string };

/** Asks for something of one tenant, for one run, and carries that out as an apply of its Redis and Sentinels would. */
export async function requestOfTenant(
  context: CliContext,
  files: readonly string[],
  name: string,
  requestOf: RequestOf,
  options: RequestOptions,
): Promise<ExitCode> {
  const fleets = await context.load(files, 'resolve');
  if (!fleets) return exit.error;
  const fleet = fleets.find(({ tenants }) => tenants.some((tenant) => tenant.name === name));
  const tenant = fleet?.tenants.find((one) => one.name === name);
  if (!fleet || !tenant) {
    context.err(`${unknownTenant(name, fleets)}; nothing was done\n`);
    return exit.error;
  }
  const pause = pauseOfTenant(fleet, name, context.clock.now());
  if (pause) {
    context.err(`nothing was done: ${refusalText(pause)}\n`);
    return exit.error;
  }
  const connections = context.open(fleet);
  try {
    return await askOf(context, fleet, tenant, requestOf, connections, options);
  } finally {
    await connections.close();
  }
}

/** That no document declares it, with the name that may be meant. */
export function unknownTenant(name: string, fleets: readonly Fleet[]): string {
  const names = fleets.flatMap(({ tenants }) => tenants.map((tenant) => tenant.name)).sort();
  const meant = nearestName(name, names);
  const declared = names.length ? `they declare ${names.join(', ')}` : 'they declare none';
  return `these documents declare no Tenant ${name}; ${meant ? `did you mean ${meant}?` : declared}`;
}

async function askOf(
  context: CliContext,
  fleet: Fleet,
  tenant: Tenant,
  requestOf: RequestOf,
  connections: Connections,
  options: RequestOptions,
): Promise<ExitCode> {
  const { reconcilers, clock } = context;
  const seen = await observeAndPlan(fleet, reconcilers, connections.reader, { now: clock.now() });
  const inForce = seen.inForce.tenants.find(({ name }) => name === tenant.name) ?? tenant;
  const asked = requestOf(inForce, stateOf(inForce, seen.snapshot.lookup));
  if ('refused' in asked) {
    context.err(`${asked.refused}\n`);
    return exit.error;
  }
  const tenants = fleet.tenants.map((one) => (one === tenant ? { ...tenant, requested: asked } : one));
  const only = onlyTenant(
    tenant.name,
    inForce.members.map((member) => containerName(tenant, member)),
  );
  const unfinished =
    'What was asked for is not remembered: apply finishes only the step that was begun. Run this command again.\n';
  return carryOut(context, { name: tenant.name, fleet: { ...fleet, tenants }, only, unfinished }, connections, options);
}

function stateOf(tenant: Tenant, lookup: FactLookup): TenantState {
  const { members, redis, sentinels } = tenantFacts(tenant);
  return tenantStateOf(tenant, {
    members: members.map((request) => lookup(request)),
    redis: redis.map((request) => lookup(request)),
    sentinels: sentinels.map((request) => lookup(request)),
  });
}
