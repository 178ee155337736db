/**
 * Shell: sets `limit` to the options of `timeout` that end what does not heed a TERM within so many seconds, and `hard` to those that end
 * whatever runs too long. coreutils 8.4 (CentOS 6) has no -k, and takes whole seconds only: there a KILL comes at once, or none at all.
 * Whether it has -k is tried with a minute's limit: a host so loaded that `true` takes a second has it all the same.
 * It holds no single quote, so that it may stand between two.
 */
export const timeLimit = (seconds: number): string =>
  `limit="-k ${seconds}" hard="-k ${seconds}"; timeout -k 1 60 true 2>/dev/null || { limit="" hard="-s KILL"; }`;
