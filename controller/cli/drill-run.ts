import { memberFolder } from '../../reconcilers/shared/names.ts';
import type { DrillClient } from '../engine/drill-client.ts';
import {
  areInSync,
  askMembers,
  type MemberInfos,
  masterIn,
  syncsSince,
  watchMembers,
} from '../engine/drill-members.ts';
import { perform } from '../engine/perform.ts';
import type { DrillReport } from '../events/drill.ts';
import { drillText, isPassed } from '../report/drill-text.ts';
import { findingsText } from '../report/plan-text.ts';
import { messageOf } from '../transport/errors.ts';
import type { Clock } from '../transport/io.ts';
import type { CliContext } from './context.ts';
import { beginSomewhere } from './drill-begin.ts';
import { heal } from './drill-heal.ts';
import { type ExitCode, exit, forOutcome } from './exit-code.ts';
import type { Rehearsal } from './rehearsal.ts';

/** Kills, heals, and reports. `refused`: why nothing was killed. */
export async function rehearse(
  context: CliContext,
  rehearsal: Rehearsal,
): Promise<ExitCode | { readonly refused: string }> {
  const { tenant, connections, targetOf } = rehearsal;
  const before = await askMembers(tenant, targetOf, connections.executor());
  if (!areInSync(before)) return { refused: `the replicas of ${tenant.name} are not in sync, as they say themselves` };
  const client = await beginSomewhere(context, rehearsal);
  if ('refused' in client) return client;
  try {
    return await killAndHeal(context, rehearsal, client, before);
  } catch (error) {
    context.err(`the drill ended early (${messageOf(error)}): reconcile apply repairs what is down\n`);
    return exit.error;
  } finally {
    client.abandon();
  }
}

async function killAndHeal(
  context: CliContext,
  rehearsal: Rehearsal,
  client: DrillClient,
  before: MemberInfos,
): Promise<ExitCode> {
  const { clock, out } = context;
  const { tenant, connections, target, targetOf } = rehearsal;
  const executor = connections.executor();
  const ask = () => askMembers(tenant, targetOf, executor);
  out(`${tenant.name}: killing\n`);
  const killed = await carryOut(rehearsal, clock);
  const members = watchMembers(ask, clock);
  const { outcome, status, wholeAt } = await heal(context, rehearsal, () => members.inSyncAt());
  await members.stop();
  const since = (at: number | undefined) => (at === undefined ? undefined : at - killed);
  const after = await ask();
  const report: DrillReport = {
    tenant: tenant.name,
    kill: target.kill,
    client: await client.stop(killed),
    master: { before: nameIn(before), after: nameIn(after) },
    owner: { before: rehearsal.owner, after: status?.vipOwner ?? '?' },
    inSyncMs: since(members.inSyncAt()),
    wholeMs: since(wholeAt),
    syncs: syncsSince(before, after),
  };
  out(drillText(report));
  if (isPassed(report)) return exit.ok;
  if (outcome.left.length) out(`\n${findingsText(outcome.left)}\n`);
  return outcome.result === 'unknown' ? forOutcome(outcome) : exit.error;
}

/** Kills; yields about when, milliseconds since 1970. */
async function carryOut({ fleet, tenant, connections, target, targetOf }: Rehearsal, clock: Clock): Promise<number> {
  const kill =
    target.kill === 'master' ? { redis: memberFolder(tenant, { name: target.member }) } : { what: target.kill };
  const began = clock.now();
  const io = { executor: connections.executor(), clock };
  await perform(fleet, targetOf, io, { operation: 'drill-kill', host: target.host, kill });
  // A host is reset a second after the script has returned.
  return target.kill === 'host' ? clock.now() + 1000 : Math.round((began + clock.now()) / 2);
}

function nameIn(infos: MemberInfos): string {
  return masterIn(infos) ?? '?';
}
