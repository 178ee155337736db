import { readdirSync, readFileSync } from 'node:fs';
import { canary, type Lab } from './lab.ts';

export interface Leaks {
  readonly found: readonly string[];
  /** How often all processes were looked at. */
  readonly looks: number;
  /** Lines that reconcile printed or logged. */
  readonly told: number;
}

/**
 * Looks for the tenants' passwords, again and again until `end`: in the arguments and environments of every process of this
 * machine (the lab's hosts and containers are among them), and in files of the hosts that others may read. At the end also in all
 * that reconcile printed and logged.
 */
export function watchForSecrets(lab: Lab): { end(): Promise<Leaks> } {
  const found = new Set<string>();
  const needles = Object.keys(lab.passwords).map((tenant) => canary(tenant, lab.name));
  let looks = 0;
  let ended = false;
  const processes = async (): Promise<void> => {
    while (!ended) {
      for (const leak of leakingProcesses(needles)) found.add(leak);
      looks += 1;
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
      const told = lab.told().split('\n');
      for (const line of told.filter((one) => needles.some((needle) => one.includes(needle))))
        found.add(`reconcile told: ${line}`);
      return { found: [...found], looks, told: told.length };
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

/** A process may be gone between the listing and the look. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/**
 * Files changed in the last minutes that group may write or others may read, with a password in them: the hosts' own, and their
 * containers'. What is looked for comes on standard input, so that the search does not find itself.
 */
const looseFiles = `umask 077; read -r one; read -r two; printf '%s\\n' "$one" "$two" >/run/needles
while :; do find /etc /run /tmp /root /var/log /var/lib/ec2-redis-operator /var/lib/haproxy /var/lib/lxc /etc/vz \\
  /proc/[0-9]*/root/etc/redis /proc/[0-9]*/root/run /proc/[0-9]*/root/tmp \\
  -xdev -type f -perm /027 -mmin -5 -size -1024k -exec grep -lF -f /run/needles {} + 2>/dev/null; sleep 1; done`;
