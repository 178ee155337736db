import { otherNameOf, redisSettingTypes } from '../../crds/schema/redis-settings.ts';
import { digest } from '../../renderers/lib/text.ts';
import { redisSettings } from '../../renderers/redis/redis-conf.ts';
import type { Finding } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { act, dependsOn, manual, notKnown, type Remedy, settling } from '../contract/remedy.ts';
import { endpointOf, type RedisFacts, spreadOverLines } from '../facts/redis/redis.ts';
import type { Setting } from '../operations/actions.ts';
import { makeElectable } from '../operations/redis/redis-config-set.ts';
import { heldPassword } from '../shared/password-in-use.ts';
import { changeRemedies } from './change-remedies.ts';
import type { Context } from './context.ts';
import { lastingCause } from './lasting-cause.ts';
import { hasOtherMasterauth } from './masterauth.ts';
import { rollFindings } from './roll.ts';
import { sameValue } from './values.ts';
import { isFixedAtStart, writtenSettings } from './written-settings.ts';

/** What CONFIG GET shows, and what is declared. Changed while Redis runs, and only while there is an agreed master. */
export function settingsFindings(context: Context, says: RedisFacts): readonly Finding[] {
  const { tenant, member, finding } = context;
  if (says.settingsRefused !== undefined) {
    const remedy = notKnown(`CONFIG GET is refused: ${says.settingsRefused}`);
    return [finding('NotObserved', 'settings', { have: 'unknown', want: 'as declared' }, remedy, [])];
  }
  const wrong = [...redisSettings(tenant, member)].filter(
    ([name, want]) => !sameValue(name, want, says.settings[name] ?? ''),
  );
  const live = wrong.filter(([name]) => !isFixedAtStart(name) || says.settings[name] === undefined);
  const changed = live.filter(([name]) => says.settings[name] !== undefined);
  const undeclared = undeclaredSettings(context, says);
  const settings: readonly Setting[] = [
    ...changed.map(([name, value]) => ({ name, value })),
    ...undeclared.map(({ name, byDefault }) => ({ name, value: byDefault })),
    ...(isPriorityOurs(says) ? [makeElectable] : []),
  ];
  const remedyOf = changeRemedies(context, says, settings);
  return [
    ...undeclared.map(({ name, have, byDefault }) =>
      finding('SettingUndeclared', name, { have, want: `${byDefault || 'empty'}, the default` }, remedyOf(name), []),
    ),
    ...live.map(([name, want]) => {
      const { reason, remedy, have } = differenceOf(says, name, remedyOf(name));
      return finding(reason, name, { have, want }, remedy, []);
    }),
    ...rollFindings(context, says),
    ...masterauthFindings(context, says),
    ...priorityFindings(context, says, remedyOf),
  ];
}

/**
 * The password that it sends to its master, as it runs: a link that is up does not use it before it is down. In redis.conf as well, the
 * same action sets both.
 */
function masterauthFindings(context: Context, says: RedisFacts): readonly Finding[] {
  const { tenant, member, facts, state, finding } = context;
  if (!hasOtherMasterauth(context, says)) return [];
  const endpoint = endpointOf(tenant, member, tenant.redis.port);
  const inFile = facts.secrets['redis.conf masterauth'] === digest(tenant.password.reveal());
  const rewrite = says.onDisk && !inFile;
  const set = act([
    { operation: 'redis-config-set', endpoint, settings: [], together: false, masterauth: true, rewrite },
  ]);
  const ready = state.currentMaster.state === 'agreed' ? set : dependsOn(`redis/${tenant.name}`);
  const remedy = heldPassword(tenant, state) ?? ready;
  return [finding('PasswordDiffers', 'masterauth', { have: 'another one', want: 'as declared' }, remedy, [])];
}

function notElectableYet(context: Context): Remedy {
  const message = 'it becomes electable once it holds the whole data set, on disk';
  const cause = lastingCause(context);
  return cause === undefined ? settling(message) : manual(`${message}; ${cause}`);
}

interface Difference {
  readonly reason: Reason;
  readonly have: string;
  readonly remedy: Remedy;
}

function differenceOf({ settings, version }: RedisFacts, name: string, set: Remedy): Difference {
  const have = settings[name];
  if (have === undefined) {
    const remedy = manual(`Redis ${version} does not support the setting ${name}: remove it`);
    return { reason: 'SettingUnsupported', have: 'not supported', remedy };
  }
  return { reason: 'SettingDiffers', have, remedy: set };
}

/**
 * A replica starts with priority 0. A monitor beside it (renderers/redis/load-monitor.ts) makes it electable once it holds the whole
 * data set, on disk. If that monitor died, it is ours to do. Any other value is left from an interrupted switch of the master.
 */
function priorityFindings(context: Context, says: RedisFacts, remedyOf: (name: string) => Remedy): readonly Finding[] {
  const { finding } = context;
  const have = says.settings['replica-priority'];
  const values = { have: have ?? '', want: makeElectable.value };
  if (have === makeElectable.value) return [];
  const remedy = isPriorityOurs(says) ? remedyOf(makeElectable.name) : notElectableYet(context);
  return [finding(have === '0' ? 'NotElectable' : 'SettingDiffers', makeElectable.name, values, remedy)];
}

function isPriorityOurs(says: RedisFacts): boolean {
  const have = says.settings['replica-priority'];
  if (have === undefined || have === makeElectable.value) return false;
  const complete = says.onDisk && (says.role === 'master' || (says.linkUp && !says.syncing));
  return have !== '0' || (complete && says.uptimeSeconds > monitorSeconds);
}

/** Seconds after the start of Redis in which the monitor, which checks every second, would have acted. */
const monitorSeconds = 15;

interface Undeclared {
  readonly name: string;
  readonly have: string;
  readonly byDefault: string;
}

/**
 * Settings that no document declares: one that is taken out, or that somebody has changed. CONFIG REWRITE leaves them in redis.conf, which is
 * therefore where they are found. Those that only a restart changes are the roll's (roll.ts).
 */
function undeclaredSettings({ tenant, member, facts }: Context, says: RedisFacts): readonly Undeclared[] {
  const declared = redisSettings(tenant, member);
  const inForce = new Map([...writtenSettings(facts)].filter(([name]) => !spreadOverLines.has(name)));
  for (const name of spreadOverLines) if (says.settings[name] !== undefined) inForce.set(name, says.settings[name]);
  return [...inForce].flatMap(([name, have]) => {
    const setting = redisSettingTypes[name];
    if (!setting || setting.type === 'fixed at start') return [];
    if (declared.has(name) || declared.has(otherNameOf(name) ?? name)) return [];
    return sameValue(name, setting.default, have) ? [] : [{ name, have, byDefault: setting.default }];
  });
}
