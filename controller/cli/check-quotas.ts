import type { Fleet } from '../../crds/fleet.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import { type Observation, present, unknown } from '../../reconcilers/facts/observation.ts';
import { quotaDemands, quotaFacts, wantedIn } from '../../reconcilers/preflight/quota-demand.ts';
import { type QuotaSeen, quotaFindings } from '../../reconcilers/preflight/quotas.ts';
import type { PassResult } from '../engine/pass.ts';
import { messageOf } from '../transport/errors.ts';
import type { QuotaPort } from '../transport/io.ts';

/** The quotas that the next apply would exceed. Asks nothing if it creates and starts nothing that a quota limits. */
export async function checkQuotas(
  fleet: Fleet,
  { snapshot, plan }: PassResult,
  quotaOf: QuotaPort,
): Promise<readonly Finding[]> {
  const wanted = wantedIn(fleet, snapshot.inventory, plan);
  await snapshot.read(quotaFacts(wanted));
  const demands = quotaDemands(fleet.cluster, wanted, snapshot.lookup);
  const seen = demands.map(async (demand): Promise<Observation<QuotaSeen>> => {
    if (demand.state !== 'present') return demand;
    const limit = await quotaOf(demand.value.quota).then(present, (error: unknown) => unknown(messageOf(error)));
    return present({ ...demand.value, limit });
  });
  return quotaFindings(fleet.cluster, await Promise.all(seen));
}
