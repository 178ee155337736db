import type { Issue } from '../issue.ts';
import type { Check, Declared } from '../load/declared.ts';
import { addresses } from './addresses.ts';
import { creation } from './created-hosts.ts';
import { disk } from './disk.ts';
import { egress } from './egress.ts';
import { limits } from './limits.ts';
import { maintenance } from './maintenance.ts';
import { memory } from './memory.ts';
import { names } from './names.ts';
import { numbers } from './numbers.ts';
import { overlay } from './overlay.ts';
import { pairSubnet } from './pair-subnet.ts';
import { placement } from './placement.ts';
import { redis } from './redis.ts';
import { connectionLimits, redisValues } from './redis-settings.ts';
import { references } from './references.ts';
import { ssh } from './ssh.ts';
import { sysctls } from './sysctls.ts';
import { tags } from './tags.ts';
import { template } from './template.ts';
import { network } from './vpc-network.ts';

const CHECKS: readonly Check[] = [
  names,
  references,
  placement,
  network,
  egress,
  creation,
  ssh,
  overlay,
  pairSubnet,
  addresses,
  numbers,
  limits,
  maintenance,
  redis,
  redisValues,
  connectionLimits,
  memory,
  disk,
  sysctls,
  tags,
  template,
];

/** All issues that a schema cannot express: across documents, and between fields of one document. */
export function crossCheck(declared: Declared): readonly Issue[] {
  return CHECKS.flatMap((check) => check(declared));
}
