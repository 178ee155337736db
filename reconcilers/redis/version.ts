import type { Finding } from '../contract/finding.ts';
import { info } from '../contract/remedy.ts';
import type { RedisFacts } from '../facts/redis/redis.ts';
import { compareVersions, versionText } from '../shared/redis-version.ts';
import type { Context } from './context.ts';

/** A member that runs an older engine than another one of its tenant, as on the way to another container template. A risk at a failover. */
export function versionFindings(
  { tenant, state, finding }: Context,
  { engine, version }: RedisFacts,
): readonly Finding[] {
  const known = tenant.members.flatMap(({ name }, index) => {
    const seen = state.redis[index];
    return seen?.state === 'present' && seen.value.version ? [{ name, version: versionText(seen.value) }] : [];
  });
  const [newest] = known.sort((a, b) => compareVersions(b.version, a.version));
  if (!version || !newest || compareVersions(version, newest.version) >= 0) return [];
  const values = { have: versionText({ engine, version }), want: `${newest.version}, as ${newest.name}` };
  return [finding('VersionDiffers', 'server version', values, info(olderVersion), [])];
}

const olderVersion =
  'an older engine may not be able to read the data of a newer master: it would not come into sync with that one after a failover. Members are rebuilt from the declared template one after the other';
