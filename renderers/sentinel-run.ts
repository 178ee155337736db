import { header } from './header.ts';
import { inContainer, type Layout, startAs } from './redis-run.ts';
import { fixed, lines, sh } from './shell.ts';
import { joined, type Text } from './text.ts';

/** The script that PID 1 of a member runs to start its Sentinel. Sentinel knows from its own file whom to watch. */
export function sentinelRun(layout: Layout = inContainer): Text {
  return joined(['#!/bin/sh\n', header, lines([sh`conf=${layout.conf}`, fixed(body)])]);
}

const body = `set -u
# Sentinel rewrites its file with mode 0644 otherwise, and the password is in it.
umask 077
[ -f "$conf/sentinel.conf" ] || { echo "sentinel-run: there is no $conf/sentinel.conf yet" >&2; exit 1; }
${startAs}
own "$conf/sentinel.conf"
as_redis redis-sentinel "$conf/sentinel.conf"`;
