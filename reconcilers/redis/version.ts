import type { Finding } from '../contract/finding.ts';
import { info } from '../contract/remedy.ts';
import type { RedisFacts } from '../facts/redis/redis.ts';
import { compareVersions } from '../shared/redis-version.ts';
import type { Context } from './context.ts';

/** A member that runs an older Redis than another one of its tenant, as after a change of the container template. A risk at a failover. */
export function versionFindings({ tenant, state, finding }: Context, { version }: RedisFacts): readonly Finding[] {
  const known = tenant.members.flatMap(({ name }, index) => {
    const seen = state.redis[index];
    return seen?.state === 'present' && seen.value.version ? [{ name, version: seen.value.version }] : [];
  });
  const [newest] = known.sort((a, b) => compareVersions(b.version, a.version));
  if (!version || !newest || compareVersions(version, newest.version) >= 0) return [];
  const values = { have: version, want: `${newest.version}, as ${newest.name}` };
  return [finding('VersionDiffers', 'server version', values, info(olderVersion), [])];
}

const olderVersion =
  'an older Redis may not be able to read the data of a newer master: it would not come into sync with that one after a failover. A member keeps the template that it was created from; replacing members one after the other is not supported yet';
