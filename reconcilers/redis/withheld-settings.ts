import type { Tenant } from '../../crds/fleet.ts';
import { expectedOf, redisBytes, redisSettingTypes } from '../../crds/schema/redis-settings.ts';
import { type Kept, redisSettings } from '../../renderers/redis/redis-conf.ts';
import type { Consent } from '../contract/consent.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import type { TenantState } from '../shared/tenant-state.ts';
import { connectionEffects, type Judged, memoryEffects, persistenceEffects, type Values } from './effects.ts';
import { sameValue, tokensOf } from './values.ts';
import { writtenSettings } from './written-settings.ts';

/** Sized to fit beside maxmemory, so that they follow it. */
const buffers = ['repl-backlog-size', 'client-output-buffer-limit'] as const;

/** Settings that have one effect, so that they are judged and changed together. */
const groups: readonly (readonly [
  names: readonly string[],
  effects: (judged: Judged, have: Values, want: Values) => readonly Consent[],
])[] = [
  [['maxmemory', 'maxmemory-policy', ...buffers], memoryEffects],
  [['save', 'appendonly'], persistenceEffects],
  [['maxclients'], connectionEffects],
];

/** A group whose declared values are not set, nor written to redis.conf, until it is accepted. */
export interface WithheldSettings {
  readonly names: readonly string[];
  /** What the master runs with, which stays in force on all members. */
  readonly inForce: Values;
  readonly needsConsent: readonly Consent[];
}

/** Judged by the master, for all members alike: each may be the next one. Undefined: there is no master to judge by. */
export function withheldSettings(tenant: Tenant, state: TenantState): readonly WithheldSettings[] | undefined {
  const { currentMaster, members, redis } = state;
  if (currentMaster.state !== 'agreed') return undefined;
  const index = tenant.members.indexOf(currentMaster.master);
  const [master, facts] = [redis[index], members[index]];
  if (master?.state !== 'present' || master.value.loading || master.value.settingsRefused !== undefined)
    return undefined;
  const declared = redisSettings(tenant, currentMaster.master);
  const written = facts?.state === 'present' ? writtenSettings(facts.value) : new Map<string, string>();
  const disks = tenant.members.flatMap((member, place) => {
    const seen = members[place];
    return seen?.state === 'present' && seen.value.disk ? [{ member, freeBytes: seen.value.disk.freeBytes }] : [];
  });
  const judged: Judged = { tenant: tenant.name, master: master.value, disks };
  return groups.flatMap(([names, effects]) => {
    const inForce = valuesOf(names, (name) => master.value.settings[name]);
    const want = valuesOf(names, (name) => declared.get(name) ?? undeclared(name, written, inForce));
    if (names.every((name) => sameValue(name, want[name] ?? '', inForce[name] ?? ''))) return [];
    const needsConsent = effects(judged, inForce, want);
    return needsConsent.length ? [{ names, inForce, needsConsent }] : [];
  });
}

/** A setting that no document declares goes back to its default, if CONFIG REWRITE has written it, or it is one that is always in effect. */
function undeclared(name: string, written: ReadonlyMap<string, string>, inForce: Values): string {
  const returns = written.has(name) || name === 'save';
  return (returns ? redisSettingTypes[name]?.default : inForce[name]) ?? '';
}

function valuesOf(names: readonly string[], read: (name: string) => string | undefined): Values {
  return Object.fromEntries(names.map((name) => [name, read(name) ?? '']));
}

/** What a member's redis.conf has to keep instead of the declared values, so that a start does not carry out what is withheld. */
export function keptSettings(
  { bootstrap }: TenantState,
  withheld: readonly WithheldSettings[] | undefined,
  facts: MemberFacts,
): Kept {
  if (withheld) return new Map(withheld.flatMap(({ inForce }) => Object.entries(inForce)));
  if (bootstrap.state !== 'done') return new Map();
  // Without a master, nothing can be judged: what is in the file stays, unless Redis cannot read it.
  const names = groups.flatMap(([names]) => names).filter((name) => !buffers.some((one) => one === name));
  return new Map(
    names.flatMap((name) => {
      const value = fileValueOf(name, facts);
      return value !== undefined && isValid(name, value) ? [[name, value] as const] : [];
    }),
  );
}

/** CONFIG REWRITE writes each save point on a line of its own. */
function fileValueOf(name: string, facts: MemberFacts): string | undefined {
  if (name !== 'save') return writtenSettings(facts).get(name);
  const points = (facts.lines['redis.conf'] ?? [])
    .map((line) => tokensOf(line) ?? [])
    .filter(([word]) => word === name);
  return points.length ? points.map(([, ...words]) => words.join(' ')).join(' ') : undefined;
}

function isValid(name: string, value: string): boolean {
  if (name === 'maxmemory') return redisBytes(value) !== undefined;
  if (name === 'appendonly') return /^(yes|no)$/.test(value);
  return expectedOf(name, value) === undefined;
}
