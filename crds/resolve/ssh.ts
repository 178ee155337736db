import type { Login, Reach, Ssh } from '../fleet.ts';
import type { ClusterEntry } from '../load/declared.ts';
import { millis } from '../schema/quantity.ts';
import { checked } from './defaults-applied.ts';

type DeclaredSsh = ClusterEntry['body']['spec']['ssh'];
type DeclaredHost = ClusterEntry['body']['spec']['hosts'][number];
type DeclaredLogin = NonNullable<DeclaredHost['ssh']>;

export function resolveSsh(ssh: DeclaredSsh): Ssh {
  return {
    ...commonLogin(ssh),
    reach: resolveReach(ssh),
    knownHosts: ssh.knownHosts,
    hostKeys: ssh.hostKeys,
    connectTimeoutMs: checked(millis(ssh.connectTimeout)),
    commandTimeoutMs: checked(millis(ssh.commandTimeout)),
  };
}

/** The login of a host: its own, or that of its role, or the common one, field by field. */
export function resolveLogin({ role, ssh: own }: Pick<DeclaredHost, 'role' | 'ssh'>, ssh: DeclaredSsh): Login {
  return overridden(overridden(commonLogin(ssh), ssh.roles[role]), own);
}

function resolveReach(ssh: DeclaredSsh): Reach {
  if (ssh.reach !== 'jump') return { at: ssh.reach };
  const { host, address, ...login } = checked(ssh.jump);
  if (host !== undefined) return { through: { host } };
  return { through: { address: checked(address), login: overridden(commonLogin(ssh), login) } };
}

function commonLogin({ user, port, identity }: DeclaredSsh): Login {
  return { user, port, identity: resolveIdentity(identity) };
}

function overridden(login: Login, { user, port, identity }: DeclaredLogin = {}): Login {
  return {
    user: user ?? login.user,
    port: port ?? login.port,
    identity: identity ? resolveIdentity(identity) : login.identity,
  };
}

function resolveIdentity({ file }: DeclaredSsh['identity']): Login['identity'] {
  return file === undefined ? { agent: true } : { file };
}
