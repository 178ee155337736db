import { header } from './header.ts';
import { haproxyPlaces } from './proxy-places.ts';
import { type Text, text } from './text.ts';

/** What keepalived asks every second: does our HAProxy answer? A process that hangs does not; one of the distribution's is not ours. */
export function keepalivedCheck(): Text {
  return text`#!/bin/sh
${header}printf 'show info\\n' | timeout 1 socat -t1 - UNIX-CONNECT:${haproxyPlaces.socket} 2>/dev/null | grep -q '^Pid:'
`;
}
