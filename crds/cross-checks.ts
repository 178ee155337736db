import { addresses } from './checks/addresses.ts';
import { creation } from './checks/creation.ts';
import { disk } from './checks/disk.ts';
import { ground } from './checks/ground.ts';
import { limits } from './checks/limits.ts';
import { names } from './checks/names.ts';
import { numbers } from './checks/numbers.ts';
import { pairSubnet } from './checks/pair-subnet.ts';
import { placement } from './checks/placement.ts';
import { redis } from './checks/redis.ts';
import { references } from './checks/references.ts';
import type { Check, Declared } from './declared.ts';
import type { Issue } from './issue.ts';

const CHECKS: readonly Check[] = [
  names,
  references,
  placement,
  ground,
  creation,
  pairSubnet,
  addresses,
  numbers,
  limits,
  redis,
  disk,
];

/** Everything that is wrong across documents, and within one where a schema cannot tell. */
export function crossCheck(declared: Declared): readonly Issue[] {
  return CHECKS.flatMap((check) => check(declared));
}
