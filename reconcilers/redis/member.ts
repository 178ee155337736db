import type { Tenant } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { act, dependsOn, manual, notObserved, type Remedy, settling } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import { absent, type Denial, denialOf } from '../facts/observation.ts';
import { maxclientsText } from '../shared/connection-limit.ts';
import { containerName, memberFolder } from '../shared/names.ts';
import type { TenantState } from '../shared/tenant-state.ts';
import { acceptedFindings } from './accepted-passwords.ts';
import type { Context } from './context.ts';
import { fileFindings, writtenFindings } from './files.ts';
import { memberPassword, notQueryable } from './messages.ts';
import { notRunning } from './not-running.ts';
import { replicationFindings } from './replication.ts';
import { settingsFindings } from './settings.ts';
import { diskFindings, killFindings, storageFindings } from './storage.ts';
import { versionFindings } from './version.ts';
import { keptSettings, withheldSettings } from './withheld-settings.ts';

/** The Redis of one member: its files, its process, its replication, its settings. */
export function memberFindings(
  subject: Subject,
  tenant: Tenant,
  index: number,
  state: TenantState,
): readonly Finding[] {
  const [member, seen] = [tenant.members[index], state.members[index]];
  if (!member || !seen) return [];
  const finding = findingsAbout(subject, { impacts: [tenant.name] });
  if (seen.state === 'unknown')
    return [finding('NotObserved', 'member', { have: 'unknown', want: 'present' }, notObserved(seen))];
  if (seen.state === 'absent') {
    const remedy = dependsOn(`container/${containerName(tenant, member)}`);
    return [finding('DependencyNotReady', 'Redis', { have: 'no container', want: 'running' }, remedy)];
  }
  const withheld = withheldSettings(tenant, state);
  const kept = keptSettings(state, withheld, seen.value);
  const context: Context = { tenant, member, index, state, facts: seen.value, finding, withheld, kept };
  return [...fileFindings(context), ...diskFindings(context), ...killFindings(context), ...processFindings(context)];
}

function processFindings(context: Context): readonly Finding[] {
  const { tenant, index, state, facts, finding } = context;
  const process = serverProcess(facts, 'redis-server');
  if (!process) return [notRunning(context)];
  if (process.state === 'T')
    return [finding('StoppedBySignal', 'Redis', { have: 'stopped by a signal', want: 'running' }, resume(context))];
  const says = state.redis[index] ?? absent;
  if (says.state !== 'present') {
    const denial = denialOf(says);
    if (denial) return [deniedFinding(context, denial)];
    const values = { have: 'unknown', want: 'running' };
    return tenant.expose
      ? [finding('NotObserved', 'Redis', values, notObserved(says))]
      : [finding('NotQueryable', 'Redis', values, manual(notQueryable(tenant)))];
  }
  if (says.value.loading)
    return [finding('Loading', 'data', { have: 'loading', want: 'loaded' }, settling('Redis is loading its data'))];
  return [
    ...replicationFindings(context, says.value),
    ...storageFindings(context, says.value),
    ...acceptedFindings(context, says.value),
    ...settingsFindings(context, says.value),
    ...writtenFindings(context, says.value),
    ...versionFindings(context, says.value),
  ];
}

/** It answers, and lets the operator not in. What that means of the master is said of the tenant. */
function deniedFinding({ tenant, member, facts, state, finding }: Context, denial: Denial): Finding {
  const { currentMaster } = state;
  const isNamed = currentMaster.state === 'none' && currentMaster.named === member;
  const message =
    denial === 'maxclients'
      ? maxclientsText(tenant, member.name)
      : memberPassword(tenant, member, serverProcess(facts, 'redis-server')?.pid);
  const remedy: Remedy = isNamed ? dependsOn(`redis/${tenant.name}`) : { ...manual(message), unknown: true };
  const have = denial === 'maxclients' ? 'lets nobody in' : 'refuses the declared password';
  const reason = denial === 'maxclients' ? 'ConnectionLimit' : 'PasswordDiffers';
  return finding(reason, 'Redis', { have, want: 'running' }, remedy);
}

/** Killed and started again it comes back as a replica. While the Sentinels name it, they have to promote another member first. */
function resume({ tenant, member, state: { currentMaster } }: Context): Remedy {
  const folder = memberFolder(tenant, member);
  if (currentMaster.state === 'agreed' && currentMaster.master !== member)
    return act([{ operation: 'member-kill', host: member.host, folder, service: 'redis' }]);
  if (currentMaster.state === 'none' && currentMaster.settling)
    return dependsOn(`redis/${tenant.name}`, 'the Sentinels promote another member first');
  return manual(`resume the process on ${member.host} with kill -CONT, unless it was stopped on purpose`);
}
