import { otherNameOf, redisSettingTypes } from '../../crds/schema/redis-settings.ts';
import { redisConf, redisSettings, severalWords } from '../../renderers/redis/redis-conf.ts';
import { dependsOn, type Waiting } from '../contract/remedy.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { containerName } from '../shared/names.ts';
import type { Context } from './context.ts';
import { isCrashLooping } from './crash-loop.ts';
import { sameValue } from './values.ts';
import { keptSettings } from './withheld-settings.ts';
import { isFixedAtStart, writtenSettings } from './written-settings.ts';

/**
 * What has to happen before redis.conf of a member that does not run is written; undefined if nothing. A value that makes Redis exit at its
 * start must take down one member at most: a value that no running member has yet is first set on one that runs, which may refuse it. If
 * none can take it, it is written on one member, and on the others once that one runs with it. A file with which Redis exits anyway, or
 * which has never been started from, is written at once.
 */
export function heldUpBy(context: Context): Waiting | undefined {
  const { tenant, member, facts, state } = context;
  if (state.bootstrap.state !== 'done' || isCrashLooping(facts) || !facts.files['redis.conf']) return undefined;
  const unproven = newValues(context, facts).filter(([name, want]) => !runsSomewhere(context, name, want));
  if (!unproven.length) return undefined;
  const names = unproven.map(([name]) => name).join(', ');
  const running = tenant.members.find((_, index) => state.redis[index]?.state === 'present');
  if (running && unproven.some(([name]) => !isFixedAtStart(name)))
    return dependsOn(
      redisOf(context, running),
      `a running member must accept ${names} before it is written for a start`,
    );
  const first = firstToTry(context, unproven);
  return first === member
    ? undefined
    : dependsOn(redisOf(context, first), `one member at a time starts with another ${names}`);
}

type Setting = readonly [name: string, want: string];

/** Declared values that the next start would be the first with; kept ones are in use already. A line that is left out stands for the default. */
function newValues({ tenant, member, state, withheld }: Context, facts: MemberFacts): readonly Setting[] {
  const have = writtenSettings(facts);
  const kept = keptSettings(state, withheld, facts);
  const lines = facts.lines['redis.conf'] ?? [];
  const rendered = String(redisConf(tenant, member)).split('\n');
  const isAsRendered = (name: string) =>
    rendered.filter((line) => line.startsWith(`${name} `)).every((line) => lines.includes(line));
  return [...redisSettings(tenant, member)].filter(([name, want]) => {
    if (kept.has(name)) return false;
    if (severalWords.has(name)) return !isAsRendered(name);
    const value = have.get(name) ?? have.get(otherNameOf(name) ?? name) ?? redisSettingTypes[name]?.default;
    return value === undefined || !sameValue(name, want, value);
  });
}

function runsSomewhere({ state }: Context, name: string, want: string): boolean {
  return state.redis.some((seen) => seen.state === 'present' && sameValue(name, want, seen.value.settings[name] ?? ''));
}

/** A member that has the values in its file and does not run yet, or that may have; otherwise the first that does not run. */
function firstToTry(context: Context, unproven: readonly Setting[]): Context['member'] {
  const { tenant, member, state } = context;
  const stopped = tenant.members.filter((_, index) => state.redis[index]?.state !== 'present');
  const trying = stopped.find((one) => {
    const seen = state.members[tenant.members.indexOf(one)];
    if (seen?.state !== 'present') return seen?.state === 'unknown';
    const names = new Set(newValues({ ...context, member: one }, seen.value).map(([name]) => name));
    return unproven.every(([name]) => !names.has(name));
  });
  const writable = stopped.find((one) => state.members[tenant.members.indexOf(one)]?.state === 'present');
  return trying ?? writable ?? member;
}

function redisOf({ tenant }: Context, member: Context['member']) {
  return `redis/${containerName(tenant, member)}` as const;
}
