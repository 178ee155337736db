import { outputBufferLimits } from '../../crds/schema/output-buffers.ts';
import { redisBytes } from '../../crds/schema/redis-settings.ts';

/**
 * Whether two notations of a setting mean the same to Redis: `128mb` and `134217728`, `Yes` and `yes`, the events `KEA` and `AKE`, and a
 * client-output-buffer-limit of some classes, if the classes that it names have these limits.
 */
export function sameValue(name: string, want: string, have: string): boolean {
  if (want.toLowerCase() === have.toLowerCase() && !isCaseSensitive(name)) return true;
  if (want === have) return true;
  if (name === 'notify-keyspace-events') return eventsOf(want) === eventsOf(have);
  if (name === 'client-output-buffer-limit') return limitsWithin(want, have);
  const [a, b] = [redisBytes(want), redisBytes(have)];
  return a !== undefined && a === b;
}

/** In the classes of keyspace events, m and M are not the same. */
function isCaseSensitive(name: string): boolean {
  return name === 'notify-keyspace-events';
}

/** `A` stands for these (NOTIFY_ALL in server.h). */
const allEvents = 'g$lshzxetd';

function eventsOf(value: string): string {
  return [...new Set(value.replaceAll('A', allEvents))].sort().join('');
}

function limitsWithin(want: string, have: string): boolean {
  const all = outputBufferLimits(have);
  return [...outputBufferLimits(want)].every(
    ([kind, limit]) => JSON.stringify(all.get(kind)) === JSON.stringify(limit),
  );
}

/** The tokens of a line of redis.conf, unquoted as in config.c (sdssplitargs); undefined if its quotes are not closed. */
export function tokensOf(line: string): readonly string[] | undefined {
  const tokens: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const match = /^"((?:[^"\\]|\\.)*)"(?=\s|$)|^'((?:[^'\\]|\\.)*)'(?=\s|$)|^([^\s"']\S*)/.exec(rest);
    if (!match) return undefined;
    const [whole, double, single, plain] = match;
    tokens.push(double !== undefined ? unescaped(double) : (single?.replaceAll("\\'", "'") ?? plain ?? ''));
    rest = rest.slice(whole.length).trimStart();
  }
  return tokens;
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

function unescaped(quoted: string): string {
  return quoted.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_, hex: string | undefined, one: string | undefined) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (controls[one ?? ''] ?? one ?? ''),
  );
}
