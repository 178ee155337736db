import type { Member, TenantName } from '../../crds/fleet.ts';
import type { Consent } from '../contract/consent.ts';
import type { RedisFacts } from '../facts/redis/redis.ts';
import { sizeText } from '../shared/size-text.ts';
import { fullFrom } from '../shared/storage.ts';

/** What the settings of a group are, by name: in force on the master, or declared. */
export type Values = Readonly<Record<string, string>>;

/** What a change of settings is judged by: the master's own figures, and the free space of each member's disk. */
export interface Judged {
  readonly tenant: TenantName;
  readonly master: RedisFacts;
  readonly disks: readonly { readonly member: Member; readonly freeBytes: number }[];
}

/**
 * What another limit or policy does to the keys, by the master's figures. Its replicas ignore maxmemory while they are replicas, and keep
 * to it once they are promoted. Nothing if the limit is not lowered and the policy stays.
 */
export function memoryEffects({ tenant, master }: Judged, have: Values, want: Values): readonly Consent[] {
  const limit = Number(want['maxmemory']);
  const [before, policy] = [Number(have['maxmemory']), want['maxmemory-policy'] ?? ''];
  const isLowered = limit > 0 && (limit < before || before === 0);
  const { usedBytes, notCountedBytes, startupBytes } = master.memory;
  const counted = usedBytes - notCountedBytes;
  if (limit === 0 || !(isLowered || policy !== have['maxmemory-policy']) || counted < limit * fullFrom) return [];
  const over = counted - limit;
  const figures = `${sizeText(counted)} are used, ${over > 0 ? `${sizeText(over)} more than` : `${Math.floor((100 * counted) / limit)}% of`} maxmemory`;
  const refused = (why: string): Consent => ({
    kind: 'writes',
    tenant,
    effect: `Redis refuses writes${over > 0 ? '' : ' as soon as its memory is full'}: ${figures}, and ${why}`,
  });
  const candidates = (policy.startsWith('volatile') ? master.expiringKeys : master.keys) ?? 0;
  if (policy === 'noeviction') return [refused('nothing is evicted')];
  if (!candidates) return [refused(`no key can be evicted with ${policy}`)];
  const perKey = Math.max(1, (counted - startupBytes) / Math.max(1, master.keys ?? 1));
  const lost = Math.min(candidates, Math.ceil(over / perKey));
  const evicted = over > 0 ? `about ${lost} of ${master.keys} keys` : 'keys as soon as its memory is full';
  const evicts: Consent = { kind: 'evict', tenant, effect: `Redis evicts ${evicted}: ${figures}` };
  return over > candidates * perKey ? [evicts, refused(`only ${candidates} keys can be evicted`)] : [evicts];
}

/** No file of the data any more, or files for which the disk of a member is too small. */
export function persistenceEffects({ tenant, master, disks }: Judged, have: Values, want: Values): readonly Consent[] {
  const isOn = (values: Values, name: string) => (name === 'save' ? values['save'] !== '' : values[name] === 'yes');
  const files = ['save', 'appendonly'];
  const data = Math.max(0, master.memory.usedBytes - master.memory.startupBytes);
  const figures = `${master.keys ?? 'unknown'} keys (${sizeText(data)})`;
  if (files.some((name) => isOn(have, name)) && !files.some((name) => isOn(want, name)))
    return master.keys === 0
      ? []
      : [
          {
            kind: 'persistence',
            tenant,
            effect: `nothing is saved to disk any more: ${figures} are lost when all members stop`,
          },
        ];
  if (!files.some((name) => isOn(want, name) && !isOn(have, name))) return [];
  const small = disks.filter(({ freeBytes }) => freeBytes < data);
  if (!small.length) return [];
  const list = small.map(({ member, freeBytes }) => `${member.name} has ${sizeText(freeBytes)}`).join(', ');
  const effect = `up to ${sizeText(data)} are written to disk, and ${list} free: once a disk is full, writes are refused`;
  return [{ kind: 'disk', tenant, effect }];
}

/** CONFIG SET closes no connection. New ones are refused, whoever they are from. */
export function connectionEffects({ tenant, master }: Judged, _: Values, want: Values): readonly Consent[] {
  const limit = Number(want['maxclients']);
  if (master.connections <= limit) return [];
  const above = master.connections - limit;
  const effect = `${master.connections} connections are open, ${above} more than maxclients: new ones are refused, also those of HAProxy, Sentinel and replicas`;
  return [{ kind: 'connections', tenant, effect }];
}
