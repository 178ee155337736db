import { fixed } from '../../../../renderers/lib/shell.ts';

/** What the first boot of an image, or the system on its own, still does on a host. */
export interface FirstBootFacts {
  /** cloud-init of this boot. Undefined: it has finished, or the host does not have it. It is waited for in the first boot only. */
  readonly cloudInit: CloudInit | undefined;
  /** The process that holds a lock of the package manager: `unattended-upgr (PID 812)`. */
  readonly packageLock: string | undefined;
  /** Process 1 has been running for less than ten minutes. */
  readonly recentlyBooted: boolean;
}

export type CloudInit = { readonly status: 'running' } | { readonly status: 'failed'; readonly detail: string };

/**
 * cloud-init writes result.json when its last stage of a boot has ended, and boot-finished in the directory of the instance, which stays.
 * `cloud-init status` takes half a second of Python: it is asked in the first boot only. A lock of apt or dpkg is one of fcntl(2), which
 * /proc/locks shows by process and inode. Whether that is the file shows in the process. yum and dnf write their process
 * into files. Sources: cloud-init documentation, "Boot stages" and "Reported status"; proc(5); apt-get(8), dpkg(1), yum(8), FILES; lock.py of
 * dnf 4.
 */
export const firstBootScript = fixed(`cloud=/run/cloud-init
if command -v cloud-init >/dev/null && ! [ -e /etc/cloud/cloud-init.disabled ] && ! [ -e "$cloud/disabled" ]; then
  if [ -s "$cloud/result.json" ]; then
    printf 'cloud-init-result %s\\n' "$(tr -d '\\n' <"$cloud/result.json" | cut -c 1-4000)"
  elif ! [ -e /var/lib/cloud/instance/boot-finished ]; then
    code=0
    answer=$(timeout 5 cloud-init status 2>&1) || code=$?
    printf 'cloud-init-status %s %s\\n' "$code" "$(printf '%s' "$answer" | tr '\\n' ' ' | cut -c 1-200)"
  fi
fi
for file in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
  inode=$(stat -c %i "$file" 2>/dev/null) || continue
  awk -v inode="$inode" '$2 == "POSIX" && $4 == "WRITE" && $6 ~ ":" inode "$" { print $5 }' /proc/locks | while read -r pid; do
    case $(readlink "/proc/$pid/fd/"* 2>/dev/null) in
      *"$file"*) if read -r name <"/proc/$pid/comm"; then echo "package-lock $pid $name"; fi ;;
    esac
  done
done
for file in /var/run/yum.pid /var/lib/dnf/rpmdb_lock.pid /var/cache/dnf/metadata_lock.pid; do
  { if read -r pid <"$file" && read -r name <"/proc/$pid/comm"; then echo "package-lock $pid $name"; fi; } 2>/dev/null
done
if age=$(ps -o etimes= -p 1 2>/dev/null) && [ "$age" -lt 600 ]; then echo 'booted recently'; fi`);

export function firstBootOf(after: (word: string) => readonly string[]): FirstBootFacts {
  const [, pid, name] = /^(\d+) (.+)$/.exec(after('package-lock')[0] ?? '') ?? [];
  return {
    cloudInit: resultOf(after('cloud-init-result')[0]) ?? statusOf(after('cloud-init-status')[0]),
    packageLock: pid === undefined ? undefined : `${name} (PID ${pid})`,
    recentlyBooted: after('booted').includes('recently'),
  };
}

/** A result that cannot be read is one all the same: the boot has finished. */
function resultOf(line: string | undefined): CloudInit | undefined {
  const errors = errorsIn(line ?? '{}');
  return errors.length ? { status: 'failed', detail: errors.join('; ').slice(0, 200) } : undefined;
}

function errorsIn(json: string): readonly string[] {
  try {
    const { errors } = (JSON.parse(json) as { readonly v1?: { readonly errors?: unknown } }).v1 ?? {};
    return Array.isArray(errors) ? errors.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))) : [];
  } catch {
    return [];
  }
}

/** Exit code 124: it did not answer in time, as Python may on a small instance that boots. */
function statusOf(line: string | undefined): CloudInit | undefined {
  const [, code, answer = ''] = /^(\d+) (.*)$/.exec(line ?? '') ?? [];
  if (code === undefined) return undefined;
  const status = /\bstatus: (\w+)/.exec(answer)?.[1];
  if (status === 'running' || code === '124') return { status: 'running' };
  if (status === 'error' || status === undefined) return { status: 'failed', detail: answer.trim() || `exit ${code}` };
  return undefined;
}
