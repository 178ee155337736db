import type { Parameters } from '../ec2/query.ts';

/** How many calls at once, and how many a second after that. */
interface Limit {
  readonly most: number;
  readonly refill: number;
}

/**
 * EC2's request token buckets, one an action for the whole account, with the sizes that AWS publishes ("Request throttling for the Amazon
 * EC2 API"). Its resource buckets (1000 instances) are beyond what a lab starts, and are left out.
 */
export class Buckets {
  private readonly levels = new Map<string, { readonly tokens: number; readonly at: number }>();

  /** Takes a token for one call at `now` (milliseconds); false when there is none. */
  take(action: string, parameters: Parameters, now: number): boolean {
    const { key, limit } = bucketOf(action, parameters);
    const { tokens, at } = this.levels.get(key) ?? { tokens: limit.most, at: now };
    const level = Math.min(limit.most, tokens + ((now - at) / 1000) * limit.refill);
    this.levels.set(key, { tokens: level >= 1 ? level - 1 : level, at: now });
    return level >= 1;
  }
}

const READING: Limit = { most: 100, refill: 20 };
const READING_ALL: Limit = { most: 50, refill: 10 };
const CHANGING: Limit = { most: 50, refill: 5 };

const OWN: { readonly [action: string]: Limit } = {
  AssignPrivateIpAddresses: { most: 100, refill: 5 },
  AuthorizeSecurityGroupIngress: { most: 50, refill: 5 },
  CreateTags: { most: 100, refill: 10 },
  ModifyNetworkInterfaceAttribute: { most: 100, refill: 5 },
  RunInstances: { most: 5, refill: 2 },
  StartInstances: { most: 5, refill: 2 },
  UnassignPrivateIpAddresses: { most: 100, refill: 5 },
};

/** Calls that cost more when they ask for everything at once: no filter, no page size, no id. */
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
