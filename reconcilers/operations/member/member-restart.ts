import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import { writeFile } from '../host/write-files.ts';
import type { HostOperation } from '../operation.ts';
import { pidsOf, programs } from './member-conf.ts';
import { savePlace } from './save-place.ts';

/**
 * Ends a member's Redis, and writes the redis.conf that its start guard starts it with. Ended by SIGTERM it saves its data, if it is
 * configured to, with its place in the history of its master: a replica then needs a partial synchronization only. One with an append-only
 * file is ended in another way before (save-place.ts). If it cannot save it does not end, and goes on. Without redis.conf the start guard
 * starts nothing: if this is killed, the next pass writes the file. If it fails, as on a full disk, the former file is back, and Redis starts
 * from it.
 */
export const memberRestart: HostOperation<ActionOf<'member-restart'>> = {
  via: 'host',
  // 30 s for the host's lock, and twice 100 s for Redis to save.
  seconds: 240,
  host: ({ host }) => host,
  script: ({ folder, port, content }) => {
    const path = `${folder}/conf/redis.conf`;
    return lines([
      sh`command=${programs.redis}`,
      pidsOf(folder),
      savePlace(folder.slice(folder.lastIndexOf('/') + 1), port),
      sh`conf=${path} former=${`${folder}/.redis.conf.former`}`,
      fixed(end),
      writeFile({ path, mode: '0600', owner: 'root:root', content }),
      fixed(done),
    ]);
  },
  describe: ({ folder }) => `restart Redis of ${folder.slice(folder.lastIndexOf('/') + 1)}`,
  settleMs: 10_000,
};

// The former file is kept in the directory above, to which only root can write: in conf, the member's user redis could make it a link.
// A child that writes an RDB has the same name, and ends with its parent.
const end = `if [ -n "$pids" ]; then
  [ ! -e "$conf" ] || mv -fT "$conf" "$former"
  trap 'exit 1' HUP INT TERM
  trap '[ ! -e "$former" ] || mv -fT "$former" "$conf"' EXIT
  for pid in $pids; do kill -TERM "$pid" 2>/dev/null || :; done
  tries=0
  for pid in $pids; do
    while [ -e "/proc/$pid/exe" ] && [ "$tries" -lt 2000 ]; do
      tries=$((tries + 1))
      sleep 0.05
    done
  done
fi`;

// It starts from the new file whenever it has ended.
const done = `rm -f "$former"
for pid in $pids; do
  [ ! -e "/proc/$pid/exe" ] || { echo "Redis has not ended 100 s after SIGTERM: it may be saving its data, or may not be able to; its log says" >&2; exit 1; }
done`;
