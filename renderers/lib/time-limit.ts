/**
 * Shell: sets `limit` to options of `timeout` that send KILL to what ignores TERM for so many seconds, and `hard` to options that always
 * end in KILL. coreutils 8.4 (CentOS 6) has no -k, and takes whole seconds only: there `limit` never sends KILL, and `hard` sends it at once.
 * The test for -k has a limit of a minute, so that a heavily loaded host does not fail it.
 * The text contains no single quote, so that it can be put between two.
 */
export const timeLimit = (seconds: number): string =>
  `limit="-k ${seconds}" hard="-k ${seconds}"; timeout -k 1 60 true 2>/dev/null || { limit="" hard="-s KILL"; }`;
