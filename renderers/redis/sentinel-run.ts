import { header } from '../lib/header.ts';
import { fixed, lines, sh } from '../lib/shell.ts';
import { joined, type Text } from '../lib/text.ts';
import { inContainer, type Layout, startAs } from './run.ts';

/** The script that PID 1 of a member runs to start its Sentinel. Which master to monitor is in Sentinel's own file. */
export function sentinelRun(layout: Layout = inContainer): Text {
  return joined(['#!/bin/sh\n', header, lines([sh`conf=${layout.conf}`, fixed(body)])]);
}

const body = `set -u
# Otherwise Sentinel rewrites its file with mode 0644, and the password is in it.
umask 077
[ -f "$conf/sentinel.conf" ] || { echo "sentinel-run: there is no $conf/sentinel.conf yet" >&2; exit 1; }
${startAs}
# Starts in a row, each within a minute of the one before. User redis can write in this directory, so no file that it may have created
# there is trusted or written through.
count_start() {
  file=$conf/sentinel-starts starts=0
  if [ -f "$file" ] && ! [ -L "$file" ] && [ $(($(date +%s) - $(stat -c %Y "$file"))) -lt 60 ]; then
    read -r starts <"$file" || :
    case $starts in '' | *[!0-9]* | ??????*) starts=0 ;; esac
  fi
  rm -f "$file.new"
  (set -C; echo "$((starts + 1))" >"$file.new") && mv -f "$file.new" "$file"
}
count_start
own "$conf/sentinel.conf"
as_redis "$engine-sentinel" "$conf/sentinel.conf"`;
