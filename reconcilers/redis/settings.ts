import { redisSettings } from '../../renderers/redis-conf.ts';
import { electable } from '../../renderers/redis-fence.ts';
import { act, type Drift, operator, type Remedy, wait } from '../drift.ts';
import { endpointOf, type RedisFacts } from '../questions/redis.ts';
import type { Setting } from '../verbs/index.ts';
import { makeElectable, switchesOn } from '../verbs/redis-config-set.ts';
import type { Context } from './member.ts';
import { sameValue } from './values.ts';

/** What CONFIG GET shows against what is declared: changed while it runs, and only while there is a master that all agree on. */
export function settingsDrift(context: Context, says: RedisFacts): readonly Drift[] {
  const { tenant, member, sight, finding } = context;
  const wrong = [...redisSettings(tenant, member)].filter(
    ([name, want]) => !sameValue(want, says.settings[name] ?? ''),
  );
  const changed = wrong.filter(([name]) => !fixedAtStart.has(name) && says.settings[name] !== undefined);
  const priority = priorityOf(says);
  const settings: readonly Setting[] = [
    ...changed.map(([name, value]) => ({ name, value })),
    ...(priority === 'ours' ? [makeElectable] : []),
  ];
  const endpoint = endpointOf(tenant, member, tenant.redis.port);
  const rewrite = says.onDisk && !switchesOn(settings);
  const set: Remedy =
    sight.mastership.state === 'agreed'
      ? act([{ verb: 'redis-config-set', endpoint, settings, masterauth: false, rewrite }])
      : wait(`rests on redis/${tenant.name}`);
  const raise = priority === 'ours' ? set : wait('it is made electable once it holds all data, on disk');
  const remedy = (name: string): Remedy => {
    if (says.settings[name] === undefined) return operator(`Redis ${says.version} knows no setting ${name}: remove it`);
    if (!fixedAtStart.has(name)) return set;
    return operator(`Redis takes ${name} only when it starts: restart it (SHUTDOWN; the fence starts it again)`);
  };
  return [
    ...wrong.map(([name, want]) => finding(name, want, says.settings[name] ?? 'unknown', remedy(name), [])),
    ...(priority === 'right'
      ? []
      : [finding('replica-priority', String(electable), '0: it cannot be promoted', raise)]),
  ];
}

/** A replica starts with priority 0; a watcher makes it electable once it holds all data, on disk. If that died it is ours to do. */
function priorityOf(says: RedisFacts): 'right' | 'not yet' | 'ours' {
  if (says.settings['replica-priority'] !== '0') return 'right';
  const whole = says.onDisk && (says.role === 'master' || (says.linkUp && !says.syncing));
  return whole && says.uptimeSeconds > watcherSeconds ? 'ours' : 'not yet';
}

/** The watcher looks every second; it has had its time. */
const watcherSeconds = 15;

/** Refused by CONFIG SET: protected, as enable-protected-configs is no. */
const fixedAtStart: ReadonlySet<string> = new Set(['dir']);
