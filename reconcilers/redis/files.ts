import { redisConf, redisSettings, severalWords } from '../../renderers/redis-conf.ts';
import { authFile, redisRun } from '../../renderers/redis-run.ts';
import { digest } from '../../renderers/text.ts';
import { act, blind, type Drift, operator, type Remedy, wait } from '../drift.ts';
import { memberFolder } from '../names.ts';
import { passwordInUse } from '../password-in-use.ts';
import type { RedisFacts } from '../questions/redis.ts';
import { endpointOf } from '../questions/redis.ts';
import type { DesiredFile } from '../verbs/index.ts';
import { exitsAtOnce } from './exits.ts';
import type { Context } from './member.ts';
import { sameValue, wordsOf } from './values.ts';

/** Files that only we write, and redis.conf while no Redis runs: then it is written whole. */
export function fileDrift(context: Context): readonly Drift[] {
  const { member, facts, finding } = context;
  const stale = ownFiles(context).filter(({ path, mode, content }) => {
    const have = facts.files[path.slice(path.lastIndexOf('/') + 1)];
    return have?.sha256 !== digest(content) || Number.parseInt(have.mode, 8) !== Number.parseInt(mode, 8);
  });
  const held = unseenPassword(context);
  const files = stale.filter(({ path }) => !held || !path.endsWith('/auth'));
  const write = act([{ verb: 'write-files', host: member.host, files }]);
  const findings = stale.map((file) =>
    finding(file.path, 'as rendered', 'missing or different', files.includes(file) ? write : (held ?? write), []),
  );
  const runs = facts.processes.some(({ command }) => command === 'redis-server');
  return runs ? findings : [...findings, ...restingConf(context)];
}

/** Why nothing that carries the password is written: another one may be in use. */
function unseenPassword({ tenant, sight }: Context): Remedy | undefined {
  const password = passwordInUse(tenant, sight);
  return password.state === 'unknown' ? blind(password.reason) : undefined;
}

function ownFiles({ tenant, member }: Context): readonly DesiredFile[] {
  const conf = `${memberFolder(tenant, member)}/conf`;
  return [
    { path: `${conf}/auth`, mode: '0600', owner: 'root:root', content: authFile(tenant) },
    { path: `${conf}/redis-run`, mode: '0755', owner: 'root:root', content: redisRun(tenant, member) },
  ];
}

function restingConf(context: Context): readonly Drift[] {
  const { tenant, member, facts, sight, finding } = context;
  const folder = memberFolder(tenant, member);
  const path = `${folder}/conf/redis.conf`;
  const write =
    unseenPassword(context) ??
    act([{ verb: 'member-conf', host: member.host, folder, service: 'redis', content: redisConf(tenant, member) }]);
  if (!facts.files['redis.conf']) return [finding(path, 'there', 'missing', write, [])];
  const secrets = wrongSecrets(context);
  if (secrets.length && sight.firstStart.state === 'done') {
    const reason = `the tenant runs with another password than ${tenant.password.reference} holds: put the old one back there. Changing it is not supported yet`;
    return [finding(`${path} ${secrets.join(', ')}`, 'as declared', 'another one', operator(reason))];
  }
  const names = [...new Set([...differing(context, 'all must be there'), ...secrets, ...leftOver(context)])];
  return names.length ? [finding(path, 'as declared', `differs in ${names.join(', ')}`, write, [])] : [];
}

/**
 * Names of lines that we would not write. Redis puts some there itself, and a setting that is no longer declared may stay as it is;
 * but it may be what a Redis does not start with.
 */
function leftOver({ tenant, member, facts }: Context): readonly string[] {
  if (!exitsAtOnce(facts)) return [];
  const ours = new Set(String(redisConf(tenant, member)).split('\n'));
  const others = (facts.lines['redis.conf'] ?? []).filter((line) => !ours.has(line));
  return others
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => !/^(replicaof|slaveof|\w+-priority)$/i.test(name));
}

/** redis.conf under a Redis that runs as declared: what is on disk must be that too. Redis writes it, never we. */
export function writtenDrift(context: Context, says: RedisFacts): readonly Drift[] {
  const { tenant, member, sight, finding } = context;
  const live = [...redisSettings(tenant, member)].every(([name, want]) => sameValue(want, says.settings[name] ?? ''));
  const secrets = wrongSecrets(context);
  const names = [...(live ? differing(context, 'default') : []), ...secrets];
  if (!names.length) return [];
  const endpoint = endpointOf(tenant, member, tenant.redis.port);
  const masterauth = secrets.includes('masterauth');
  const write = act([{ verb: 'redis-config-set', endpoint, settings: [], masterauth, rewrite: true }]);
  const ready = says.onDisk
    ? write
    : wait('its append-only file is being written, and redis.conf must not call for it before');
  const remedy = sight.mastership.state === 'agreed' ? ready : wait(`rests on redis/${tenant.name}`);
  const path = `${memberFolder(tenant, member)}/conf/redis.conf`;
  // Restarted before it is written, it would have all that to do again: no disruption meanwhile.
  return [finding(path, 'as Redis runs', `differs in ${names.join(', ')}`, remedy, says.onDisk ? [] : [tenant.name])];
}

function wrongSecrets({ tenant, facts }: Context): readonly string[] {
  const want = digest(tenant.password.reveal());
  return ['requirepass', 'masterauth'].filter((name) => facts.secrets[`redis.conf ${name}`] !== want);
}

/** Names of settings that redis.conf does not hold as declared. CONFIG REWRITE leaves out what is as by default. */
function differing({ tenant, member, facts }: Context, absent: 'all must be there' | 'default'): readonly string[] {
  const have = new Map(
    (facts.lines['redis.conf'] ?? []).map((line) => {
      const [name = '', ...values] = wordsOf(line) ?? [];
      return [name.toLowerCase(), values.join(' ')];
    }),
  );
  const same = (name: string, want: string) => {
    const value = have.get(name);
    if (value === undefined) return absent === 'default';
    // Redis spreads these over several lines, in words of its own: what it runs with is compared instead.
    return name !== 'bind' && severalWords.has(name) ? true : sameValue(want, value);
  };
  return [...redisSettings(tenant, member)].flatMap(([name, want]) => (same(name, want) ? [] : [name]));
}
