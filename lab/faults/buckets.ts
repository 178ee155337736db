import type { Parameters } from '../ec2/query.ts';

/** The size of a bucket, and its refill rate (tokens per second). */
interface Limit {
  readonly capacity: number;
  readonly refill: number;
}

/**
 * EC2's request token buckets, one per action for the whole account, with the sizes that AWS publishes ("Request throttling for the Amazon
 * EC2 API"). Its resource buckets (1000 instances) exceed the size of a lab and are left out.
 */
export class Buckets {
  private readonly levels = new Map<string, { readonly tokens: number; readonly at: number }>();

  /** Takes a token for one call at `now` (milliseconds); false if there is none. */
  take(action: string, parameters: Parameters, now: number): boolean {
    const { key, limit } = bucketOf(action, parameters);
    const { tokens, at } = this.levels.get(key) ?? { tokens: limit.capacity, at: now };
    const level = Math.min(limit.capacity, tokens + ((now - at) / 1000) * limit.refill);
    this.levels.set(key, { tokens: level >= 1 ? level - 1 : level, at: now });
    return level >= 1;
  }
}

const READING: Limit = { capacity: 100, refill: 20 };
const READING_ALL: Limit = { capacity: 50, refill: 10 };
const CHANGING: Limit = { capacity: 50, refill: 5 };

const OWN: { readonly [action: string]: Limit } = {
  AssignPrivateIpAddresses: { capacity: 100, refill: 5 },
  AuthorizeSecurityGroupIngress: { capacity: 50, refill: 5 },
  CreateTags: { capacity: 100, refill: 10 },
  ModifyNetworkInterfaceAttribute: { capacity: 100, refill: 5 },
  RunInstances: { capacity: 5, refill: 2 },
  StartInstances: { capacity: 5, refill: 2 },
  UnassignPrivateIpAddresses: { capacity: 100, refill: 5 },
};

/** Calls with a smaller bucket when they list everything: no filter, no page size, no id. */
const COSTLY: readonly string[] = [
  'DescribeInstances',
  'DescribeNetworkInterfaces',
  'DescribeSecurityGroups',
  'DescribeSnapshots',
  'DescribeVolumes',
];

function bucketOf(action: string, parameters: Parameters): { key: string; limit: Limit } {
  const bounded = [...parameters.keys()].some((name) => /^(Filter|MaxResults|NextToken|\w+Id\.)/.test(name));
  if (COSTLY.includes(action) && !bounded) return { key: `${action} of everything`, limit: READING_ALL };
  if (/^(Describe|Get|List)/.test(action)) return { key: action, limit: READING };
  return { key: action, limit: OWN[action] ?? CHANGING };
}
