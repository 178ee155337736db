import type { Fleet } from '../../crds/fleet.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { BoundReconciler } from '../../reconcilers/contract/reconciler.ts';
import { callsIn, notTried, permissionFindings } from '../../reconcilers/preflight/permissions.ts';
import { teardownReconcilers } from '../../reconcilers/teardown/index.ts';
import { observeAndPlan, type PassResult } from '../engine/pass.ts';
import { messageOf } from '../transport/errors.ts';
import type { Connections } from '../transport/io.ts';
import { obstaclesOnHosts } from './check-hosts.ts';
import { checkQuotas } from './check-quotas.ts';

/**
 * What stands in the way of an apply, all at once, and changes nothing: what needs manual action or could not be observed, of all that a pass
 * looks at, each permission that EC2 would refuse, each quota that an apply would exceed, and what the preparation of the hosts lacks. Every
 * call that the next apply or delete would make is made as a dry run.
 */
export async function checkCluster(
  fleet: Fleet,
  reconcilers: readonly BoundReconciler[],
  { reader, dryRun, quotaOf }: Pick<Connections, 'reader' | 'dryRun' | 'quotaOf'>,
  now: number,
): Promise<PassResult> {
  const seen = await observeAndPlan(fleet, reconcilers, reader, { now });
  const deletion = await observeAndPlan(fleet, teardownReconcilers({ now, atOnce: false }), reader, { now });
  const failed: Finding[] = [];
  const tried = [];
  for (const command of callsIn([seen.plan, deletion.plan])) {
    const { action } = command;
    try {
      tried.push({ action, dryRun: await dryRun(command) });
    } catch (error) {
      failed.push(notTried(action, messageOf(error)));
    }
  }
  const onHosts = await obstaclesOnHosts(fleet, seen.snapshot);
  const quotas = await checkQuotas(fleet, seen, quotaOf);
  const inTheWay = seen.plan.findings.filter(({ remedy }) => remedy.by === 'manual' || remedy.by === 'unknown');
  const findings = [...permissionFindings(fleet, tried), ...failed, ...quotas, ...onHosts, ...inTheWay];
  return { ...seen, plan: { findings, steps: [] } };
}
