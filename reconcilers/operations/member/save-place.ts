import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import { lxcRoot } from '../../../renderers/lxc/lxc-config.ts';
import { offMark } from '../../../renderers/redis/data.ts';
import { inContainer } from '../../../renderers/redis/run.ts';
import { completeFile } from '../../../renderers/redis/start-guard.ts';

/**
 * Ends the Redis of a replica so that it resumes where it was. Redis keeps its place in the history of its master in an RDB, and not in an
 * append-only file (rdb.c, rdbSaveInfoAuxFields; aof.c), from which it would need the whole data set again. So the append-only file is
 * turned off, which is noted beside it, and an RDB is saved, a second younger than the file: the start guard loads the newer one
 * (renderers/redis/data.ts), and the reconciler turns the file on again. Whatever fails here, Redis is ended by SIGTERM after it. Within the
 * container, where links lead to nothing of the host; with LXC only.
 */
export function savePlace(name: string, port: number): Script {
  return lines([
    sh`name=${name} port=${port} lxc=${lxcRoot} save=${script}`,
    fixed(`if [ -n "$pids" ] && [ -e "$lxc/$name/config" ]; then
  printf '%s\\n' "port=$port" "$save" | timeout 110 lxc-attach -n "$name" --clear-env -- /bin/sh -s >/dev/null 2>&1 9>&- || :
fi`),
  ]);
}

const script = `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
data=${inContainer.data}
cli=$(command -v redis-cli || command -v valkey-cli) || exit 0
say() { { cat ${inContainer.conf}/auth && echo "$1"; } | timeout 100 "$cli" -p "$port"; }
answer=$(say INFO) || exit 0
for want in role:slave master_link_status:up master_sync_in_progress:0 loading:0 aof_enabled:1; do
  case $answer in *"$want"*) ;; *) exit 0 ;; esac
done
[ -e "$data/${completeFile}" ] || exit 0
[ "$(say "CONFIG SET appendonly no" | tail -n 1)" = OK ] || exit 0
touch "$data/${offMark}"
sleep 1.1
say "SHUTDOWN SAVE"`;
