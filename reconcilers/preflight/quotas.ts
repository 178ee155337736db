import type { Cluster } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { info, manual } from '../contract/remedy.ts';
import type { Observation } from '../facts/observation.ts';
import { quotaNotChecked, quotaTooSmall } from './messages.ts';
import type { QuotaDemand } from './quota-demand.ts';

/** What is needed of a quota, and its value as Service Quotas has it. */
export interface QuotaSeen extends QuotaDemand {
  readonly limit: Observation<number>;
}

/**
 * A finding about each quota that is too small for the next apply, and one about those that could not be read: that is no reason to end
 * with an error, because an apply needs no permission to read quotas. `seen`: unknown where what is in use could not be observed.
 */
export function quotaFindings(
  { aws }: Pick<Cluster, 'aws'>,
  seen: readonly Observation<QuotaSeen>[],
): readonly Finding[] {
  const finding = findingsAbout('network/quotas');
  const known = seen.flatMap((one) => (one.state === 'present' ? [one.value] : []));
  const tooSmall = known.flatMap(({ quota, used, needed, limit }) =>
    limit.state === 'present' && used + needed > limit.value
      ? [
          finding(
            'QuotaTooSmall',
            `quota ${quota.code}`,
            { have: String(limit.value), want: `at least ${used + needed}` },
            manual(quotaTooSmall(quota, aws.region, { limit: limit.value, used, needed })),
          ),
        ]
      : [],
  );
  const reasons = [...seen, ...known.map(({ limit }) => limit)].flatMap((one) =>
    one.state === 'unknown' ? [one.reason] : [],
  );
  if (!reasons.length) return tooSmall;
  const values = { have: 'unknown', want: 'checked' };
  return [...tooSmall, finding('QuotaNotChecked', 'quotas', values, info(quotaNotChecked([...new Set(reasons)])))];
}
