/**
 * Messages of Redis and Sentinel that name a cause, and a part of each by which it is recognized. From the sources of Redis 6.2 and 7.0 and
 * Valkey 8.1 (replication.c, rdb.c, aof.c, networking.c, sentinel.c, strerror).
 */
export const knownWords = {
  'no-space': ['No space left on device', 'unable to write command to disk'],
  'read-only': ['Read-only file system'],
  'disk-error': ['Input/output error'],
  'no-memory': ['Cannot allocate memory'],
  /** A master closes the connection of a replica, or of another client, whose output buffer is too large. */
  'buffer-limit': ['for overcoming of output buffer limits'],
  /** A data set of a later version. */
  'rdb-version': ['handle RDB format version'],
  'bad-data': [
    'Bad file format reading the append only file',
    'Unexpected end of file reading the append only file',
    'Wrong signature trying to load DB',
    'Short read or OOM loading DB',
    'Internal error in RDB reading',
  ],
  /** A master refuses the password, or a command, of a replica. */
  refused: ['Unable to AUTH to MASTER', 'Unable to AUTH to PRIMARY', 'NOAUTH Authentication required', 'NOPERM '],
  /** A master ends a synchronization with an error. */
  aborted: ['MASTER aborted replication with an error', 'PRIMARY aborted replication with an error'],
  unreachable: [
    'Error condition on socket for SYNC',
    'Timeout connecting to the MASTER',
    'Timeout connecting to the PRIMARY',
    'Unable to connect to MASTER',
    'Unable to connect to PRIMARY',
  ],
  /** At a start. */
  version: ['Redis version=', 'Valkey version='],
  'not-saved': ['not able to save the new configuration on disk'],
  saved: ['Sentinel new configuration saved on disk'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Something that Redis or Sentinel logged lately: within its last twenty messages. */
export interface LastWords {
  readonly by: 'redis' | 'sentinel';
  readonly code: keyof typeof knownWords;
  /** How often among these messages, about this client. */
  readonly times: number;
  /** Of `buffer-limit`: the address of the client. */
  readonly client: string | undefined;
  /** The message, without anything that may be a secret. */
  readonly text: string;
}

/** `BY CODE TIMES CLIENT|-`, and the message, each a field. Undefined: not such a row. */
export function lastWordsOf(row: readonly string[]): LastWords | undefined {
  const [by, code = '', times, client, ...text] = row;
  if ((by !== 'redis' && by !== 'sentinel') || !isKnown(code)) return undefined;
  return { by, code, times: Number(times), client: client === '-' ? undefined : client, text: text.join(' ') };
}

function isKnown(code: string): code is keyof typeof knownWords {
  return Object.hasOwn(knownWords, code);
}
