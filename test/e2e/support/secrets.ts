import { readdirSync, readFileSync } from 'node:fs';
import { canary, type Lab } from './lab.ts';

export interface Leaks {
  readonly found: readonly string[];
  /** How often all processes were scanned. */
  readonly scans: number;
  /** Lines that reconcile printed or logged. */
  readonly lines: number;
}

/**
 * Searches for the tenants' passwords repeatedly until `end`: in the arguments and environments of every process of this machine (those of
 * the lab's hosts and containers are among them), and in files of the hosts that others may read. At the end also in everything that
 * reconcile printed and logged.
 */
export function watchForSecrets(lab: Lab): { end(): Promise<Leaks> } {
  const found = new Set<string>();
  const needles = Object.keys(lab.passwords).map((tenant) => canary(tenant, lab.name));
  let scans = 0;
  let ended = false;
  const processes = async (): Promise<void> => {
    while (!ended) {
      for (const leak of leakingProcesses(needles)) found.add(leak);
      scans += 1;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  const hosts = ['redis-1', 'redis-2', 'redis-3', 'proxy-1', 'proxy-2'];
  const files = hosts.map((host) =>
    lab.watch(host, looseFiles, `${needles.join('\n')}\n`, (line) => found.add(`${host}: ${line}`)),
  );
  const running = processes();
  return {
    end: async () => {
      ended = true;
      for (const watch of files) watch.end();
      await running;
      const lines = lab.printed().split('\n');
      for (const line of lines.filter((one) => needles.some((needle) => one.includes(needle))))
        found.add(`output of reconcile: ${line}`);
      return { found: [...found], scans, lines: lines.length };
    },
  };
}

function leakingProcesses(needles: readonly string[]): readonly string[] {
  const leaks: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const file of ['cmdline', 'environ']) {
      const text = readOrNothing(`/proc/${pid}/${file}`);
      if (needles.some((needle) => text.includes(needle)))
        leaks.push(`${file} of ${readOrNothing(`/proc/${pid}/comm`).trim()}`);
    }
  }
  return leaks;
}

/** A process may end after it was listed. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/**
 * Files of the hosts and their containers that were changed in the last minutes, that the group may write or others may read, and that
 * contain a password. The passwords are passed on standard input, so that the search does not find itself.
 */
const looseFiles = `umask 077; read -r one; read -r two; printf '%s\\n' "$one" "$two" >/run/needles
while :; do find /etc /run /tmp /root /var/log /var/lib/ec2-redis-operator /var/lib/haproxy /var/lib/lxc /etc/vz \\
  /proc/[0-9]*/root/etc/redis /proc/[0-9]*/root/run /proc/[0-9]*/root/tmp \\
  -xdev -type f -perm /027 -mmin -5 -size -1024k -exec grep -lF -f /run/needles {} + 2>/dev/null; sleep 1; done`;
