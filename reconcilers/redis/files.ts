import { otherNameOf, redisSettingTypes } from '../../crds/schema/redis-settings.ts';
import type { Secret } from '../../crds/secret.ts';
import { digest } from '../../renderers/lib/text.ts';
import { redisConf, redisSettings, severalWords } from '../../renderers/redis/redis-conf.ts';
import { authFile, redisRun } from '../../renderers/redis/run.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, manual, notObserved, type Remedy, settling } from '../contract/remedy.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import { endpointOf, type RedisFacts } from '../facts/redis/redis.ts';
import type { DesiredFile } from '../operations/actions.ts';
import { memberFolder } from '../shared/names.ts';
import { acceptedIn, heldPassword, passwordInUse, passwordSums, passwordToOthers } from '../shared/password-in-use.ts';
import type { Context } from './context.ts';
import { isCrashLooping } from './crash-loop.ts';
import { lastingCause } from './lasting-cause.ts';
import { passwordDiffers } from './messages.ts';
import { heldUpBy } from './start-file.ts';
import { sameValue } from './values.ts';
import { writtenSettings } from './written-settings.ts';

/** Files that only the operator writes, and redis.conf while no Redis runs: then it is written as a whole. */
export function fileFindings(context: Context): readonly Finding[] {
  const { member, facts, finding } = context;
  const onHost = (path: string) => facts.files[path.slice(path.lastIndexOf('/') + 1)];
  const stale = ownFiles(context).filter(({ path, mode, content }) => {
    const have = onHost(path);
    return have?.sha256 !== digest(content) || Number.parseInt(have.mode, 8) !== Number.parseInt(mode, 8);
  });
  const withheld = unknownPassword(context) ?? heldPassword(context.tenant, context.state);
  const files = stale.filter(({ path }) => !withheld || !path.endsWith('/auth'));
  const write = act([{ operation: 'write-files', host: member.host, files }]);
  const findings = stale.map((file) => {
    const values = { have: onHost(file.path) ? 'different' : 'absent', want: 'as rendered' };
    return finding('FileDiffers', file.path, values, files.includes(file) ? write : (withheld ?? write), []);
  });
  return serverProcess(facts, 'redis-server') ? findings : [...findings, ...confFindings(context)];
}

/** Why nothing with the password in it is written: another one may be in use. */
function unknownPassword({ tenant, state }: Context): Remedy | undefined {
  const password = passwordInUse(tenant, state);
  return password.state === 'unknown' ? notObserved(password) : undefined;
}

function ownFiles({ tenant, member }: Context): readonly DesiredFile[] {
  const conf = `${memberFolder(tenant, member)}/conf`;
  return [
    { path: `${conf}/auth`, mode: '0600', owner: 'root:root', content: authFile(tenant) },
    { path: `${conf}/redis-run`, mode: '0755', owner: 'root:root', content: redisRun(tenant, member) },
  ];
}

/** redis.conf while no Redis runs. */
function confFindings(context: Context): readonly Finding[] {
  const { tenant, member, facts, state, finding, kept } = context;
  const folder = memberFolder(tenant, member);
  const path = `${folder}/conf/redis.conf`;
  const write =
    unknownPassword(context) ??
    heldUpBy(context) ??
    act([
      {
        operation: 'member-conf',
        host: member.host,
        folder,
        service: 'redis',
        content: redisConf(tenant, member, kept, passwordToOthers(tenant, state)),
      },
    ]);
  if (!facts.files['redis.conf']) return [finding('FileDiffers', path, { have: 'absent', want: 'present' }, write, [])];
  const secrets = wrongSecrets(context, passwordToOthers(tenant, state));
  if (secrets.length && state.bootstrap.state === 'done' && !acceptsSome(context)) {
    const values = { have: 'another one', want: 'as declared' };
    return [finding('PasswordDiffers', `${path} ${secrets.join(', ')}`, values, manual(passwordDiffers(tenant)))];
  }
  const names = [...new Set([...differing(context, 'all must be present'), ...secrets, ...notRendered(context)])];
  if (!names.length) return [];
  return [finding('FileDiffers', path, { have: `differs in ${names.join(', ')}`, want: 'as declared' }, write, [])];
}

/**
 * Names of lines that are not rendered. Redis adds some itself, and a setting that is no longer declared may stay; but it may be what
 * keeps Redis from starting.
 */
function notRendered({ tenant, member, facts, kept }: Context): readonly string[] {
  if (!isCrashLooping(facts)) return [];
  const own = new Set(String(redisConf(tenant, member, kept)).split('\n'));
  const others = (facts.lines['redis.conf'] ?? []).filter((line) => !own.has(line));
  return others
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => !/^(replicaof|slaveof|\w+-priority)$/i.test(name));
}

/** redis.conf of a Redis that runs as declared: the file must say so too. Only Redis writes it then. */
export function writtenFindings(context: Context, says: RedisFacts): readonly Finding[] {
  const { tenant, member, state, finding, kept } = context;
  const live = [...redisSettings(tenant, member, kept)].every(([name, want]) =>
    sameValue(name, want, says.settings[name] ?? ''),
  );
  // What it accepts is set and written in one step (accepted-passwords.ts); what it sends waits until all accept that.
  const secrets = heldPassword(tenant, state) ? [] : wrongSecrets(context, tenant.password);
  const names = [...(live ? differing(context, 'default') : []), ...secrets];
  if (!names.length) return [];
  const endpoint = endpointOf(tenant, member, tenant.redis.port);
  const masterauth = secrets.includes('masterauth');
  const write = act([
    { operation: 'redis-config-set', endpoint, settings: [], together: false, masterauth, rewrite: true },
  ]);
  const ready = says.onDisk ? write : onceWritten(context);
  const remedy = state.currentMaster.state === 'agreed' ? ready : dependsOn(`redis/${tenant.name}`);
  const path = `${memberFolder(tenant, member)}/conf/redis.conf`;
  // A restart before it is written would start all that again: no disruption meanwhile.
  const values = { have: `differs in ${names.join(', ')}`, want: 'as Redis runs' };
  return [finding('FileDiffers', path, values, remedy, says.onDisk ? [] : [tenant.name])];
}

function onceWritten(context: Context): Remedy {
  const message = 'the append-only file is being written; redis.conf must not enable it before that is done';
  const cause = lastingCause(context);
  return cause === undefined ? settling(message) : manual(`${message}; ${cause}`);
}

/** `toMaster`: the password that it should send to its master. */
function wrongSecrets({ tenant, facts }: Context, toMaster: Secret): readonly string[] {
  const accepted = acceptedIn(facts, 'redis.conf') ?? [];
  return [
    ...(passwordSums(tenant).every((one) => accepted.includes(one)) ? [] : ['requirepass']),
    ...(facts.secrets['redis.conf masterauth'] === digest(toMaster.reveal()) ? [] : ['masterauth']),
  ];
}

/** Whether its redis.conf has one of the declared passwords: then it is known, and the file may be written with the others. */
function acceptsSome({ tenant, facts }: Context): boolean {
  const accepted = acceptedIn(facts, 'redis.conf') ?? [];
  const several = tenant.previousPassword !== undefined || accepted.length > 1;
  return several && passwordSums(tenant).some((one) => accepted.includes(one));
}

/** Names of settings that redis.conf does not hold as declared. CONFIG REWRITE leaves out default values. */
function differing(
  { tenant, member, facts, kept }: Context,
  absent: 'all must be present' | 'default',
): readonly string[] {
  const have = writtenSettings(facts);
  const same = (name: string, want: string) => {
    const value = have.get(name) ?? have.get(otherNameOf(name) ?? name);
    const preset = redisSettingTypes[name]?.default;
    if (value === undefined) return absent === 'default' && (preset === undefined || sameValue(name, want, preset));
    // CONFIG REWRITE leaves out the classes of clients that have the default.
    if (name === 'client-output-buffer-limit') return sameValue(name, want, `${preset} ${value}`);
    // Redis spreads these over several lines, in its own form: what it runs with is compared instead.
    return severalWords.has(name) && name !== 'bind' && name !== 'save' ? true : sameValue(name, want, value);
  };
  return [...redisSettings(tenant, member, kept)].flatMap(([name, want]) => (same(name, want) ? [] : [name]));
}
