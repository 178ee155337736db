import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTarget } from '../../../../controller/transport/io.ts';
import type { Ssh } from '../../../../crds/fleet.ts';
import { type Daemon, freePort, runCommand, startDaemon, temporaryFolder } from '../../../support/processes.ts';

/** A real sshd on a loopback port, with keys of its own. */
export interface Sshd {
  readonly folder: string;
  readonly port: number;
  readonly target: HostTarget;
  /** `type base64` of a host key, as known_hosts wants it. */
  hostKey(type: 'ed25519' | 'ecdsa' | 'rsa'): Promise<string>;
  /** Settings that work, but for what the test changes. known_hosts is `<folder>/known_hosts`, which the test writes. */
  settings(changes?: Partial<Ssh>): Ssh;
  knownHosts(text: string): Promise<void>;
  /** known_hosts with the right ed25519 key. */
  trust(): Promise<void>;
  readonly daemon: Daemon;
  /** Sessions logged in so far, by the daemon's own word. */
  logins(): number;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface SshdOptions {
  /** Lines for sshd_config. */
  readonly config?: readonly string[];
  /** A user of its own, with these sudo rights, in a mount namespace in which only this sshd lives. */
  readonly user?: { readonly name: string; readonly sudoers: string };
}

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const { path: folder, remove } = await temporaryFolder();
  const port = await freePort();
  await Promise.all(
    ['ed25519', 'ecdsa', 'rsa'].map((type) =>
      makeKey(join(folder, `host_${type}`), type, type === 'rsa' ? ['-b', '2048'] : []),
    ),
  );
  await makeKey(join(folder, 'id'), 'ed25519');
  await writeFile(join(folder, 'authorized_keys'), await readFile(join(folder, 'id.pub')));
  await writeFile(join(folder, 'sshd_config'), configFor(folder, port, options.config ?? []));
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const start = await starterFor(folder, options);
  let daemon = await start();
  const known = (text: string) => writeFile(join(folder, 'known_hosts'), text, { mode: 0o600 });
  const hostKey = async (type: string) =>
    (await readFile(join(folder, `host_${type}.pub`), 'utf8')).split(' ').slice(0, 2).join(' ');
  return {
    folder,
    port,
    target: { name: 'redis-a', address: '127.0.0.1' },
    hostKey,
    settings: (changes = {}) => ({
      user: options.user?.name ?? 'root',
      port,
      identity: { file: join(folder, 'id') },
      reach: { at: 'private' },
      knownHosts: join(folder, 'known_hosts'),
      hostKeys: 'strict',
      connectTimeoutMs: 5_000,
      commandTimeoutMs: 10_000,
      ...changes,
    }),
    knownHosts: known,
    trust: async () => known(`[127.0.0.1]:${port} ${await hostKey('ed25519')}\n`),
    get daemon() {
      return daemon;
    },
    logins: () => daemon.printed().match(/^Accepted publickey/gm)?.length ?? 0,
    restart: async () => {
      await daemon.stop();
      daemon = await start();
    },
    stop: async () => {
      await daemon.stop();
      await remove();
    },
  };
}

export async function makeKey(
  path: string,
  type: string,
  words: readonly string[] = [],
  passphrase = '',
): Promise<void> {
  await runCommand('ssh-keygen', ['-q', '-t', type, ...words, '-N', passphrase, '-C', '', '-f', path]);
}

function configFor(folder: string, port: number, more: readonly string[]): string {
  return [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    ...['ed25519', 'ecdsa', 'rsa'].map((type) => `HostKey ${join(folder, `host_${type}`)}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'PermitRootLogin yes',
    'UsePAM no',
    // Keeps bash from reading the start-up files of whoever runs the tests.
    'SetEnv SHLVL=2',
    ...more,
    '',
  ].join('\n');
}

async function starterFor(folder: string, { user }: SshdOptions): Promise<() => Promise<Daemon>> {
  const words = ['-D', '-e', '-f', join(folder, 'sshd_config')];
  if (user === undefined) return () => startDaemon('/usr/sbin/sshd', words, /Server listening on/);
  await writeFile(
    join(folder, 'passwd'),
    `${await readFile('/etc/passwd', 'utf8')}${user.name}:x:61234:65534::/tmp:/bin/sh\n`,
  );
  await writeFile(
    join(folder, 'shadow'),
    `${await readFile('/etc/shadow', 'utf8')}${user.name}:*:19000:0:99999:7:::\n`,
    { mode: 0o600 },
  );
  await writeFile(join(folder, 'sudoers'), `${user.sudoers}\n`, { mode: 0o440 });
  const mounts = ['passwd', 'shadow', 'sudoers'].map((name) => `mount --bind ${join(folder, name)} /etc/${name}`);
  const script = `${mounts.join(' && ')} && chmod 755 ${folder} && exec /usr/sbin/sshd "$@"`;
  return () => startDaemon('unshare', ['-m', 'sh', '-c', script, 'sshd', ...words], /Server listening on/);
}
