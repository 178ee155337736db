import { redisSettingTypes } from '../../crds/schema/redis-settings.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { spreadOverLines } from '../facts/redis/redis.ts';
import { tokensOf } from './values.ts';

/**
 * The settings in redis.conf, by name in lower case; of several lines of one name, the last. Redis writes a line for each save point, and for
 * each class of output buffers.
 */
export function writtenSettings({ lines }: MemberFacts): ReadonlyMap<string, string> {
  const written = new Map<string, string>();
  for (const line of lines['redis.conf'] ?? []) {
    const [word = '', ...values] = tokensOf(line) ?? [];
    const name = word.toLowerCase();
    const before = spreadOverLines.has(name) ? (written.get(name) ?? '') : '';
    written.set(name, values.join(' ') && `${before} ${values.join(' ')}`.trim());
  }
  return written;
}

/** CONFIG SET rejects these, and dir, which is protected, as enable-protected-configs is no. */
export function isFixedAtStart(name: string): boolean {
  return name === 'dir' || redisSettingTypes[name]?.type === 'fixed at start';
}
