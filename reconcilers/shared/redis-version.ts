import type { RedisFacts } from '../facts/redis/redis.ts';

/** As it is shown: `7.0.15`, `Valkey 8.1.1`. */
export function versionText({ engine, version }: Pick<RedisFacts, 'engine' | 'version'>): string {
  return engine === 'valkey' && version ? `Valkey ${version}` : version;
}

/** Negative if the first version (`7.0.15`) is the older one. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.replace(/^\D+/, '').split('.').map(Number));
  const differing = [0, 1, 2].find((index) => (a?.[index] ?? 0) !== (b?.[index] ?? 0));
  return differing === undefined ? 0 : (a?.[differing] ?? 0) - (b?.[differing] ?? 0);
}

/** `7.0.15`, or `7.0.15 (r1, r3), 7.2.4 (r2)` if the members differ, the oldest first; `?` if none is known. */
export function versionsText(
  members: readonly { readonly name: string; readonly version: string | undefined }[],
): string {
  const all = [...new Set(members.flatMap(({ version }) => version || []))].sort(compareVersions);
  if (all.length < 2) return all[0] ?? '?';
  const having = (one: string) => members.filter(({ version }) => version === one).map(({ name }) => name);
  return all.map((one) => `${one} (${having(one).join(', ')})`).join(', ');
}
