/** Whether two ways to write a setting's value mean the same: `128mb` and `134217728`, `Yes` and `yes`. */
export function sameValue(want: string, have: string): boolean {
  if (want.toLowerCase() === have.toLowerCase()) return true;
  const [a, b] = [octets(want), octets(have)];
  return a !== undefined && a === b;
}

/** Units as redis.conf has them: 1k is 1000, 1kb is 1024. */
function octets(value: string): bigint | undefined {
  const [, amount, unit = ''] = /^(\d+)(b|k|kb|m|mb|g|gb)?$/i.exec(value) ?? [];
  const factor = { '': 1, b: 1, k: 1e3, kb: 2 ** 10, m: 1e6, mb: 2 ** 20, g: 1e9, gb: 2 ** 30 }[unit.toLowerCase()];
  return amount === undefined || factor === undefined ? undefined : BigInt(amount) * BigInt(factor);
}

/** The words of a line of redis.conf, unquoted as config.c does it (sdssplitargs); undefined when its quotes do not close. */
export function wordsOf(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const match = /^"((?:[^"\\]|\\.)*)"(?=\s|$)|^'((?:[^'\\]|\\.)*)'(?=\s|$)|^([^\s"']\S*)/.exec(rest);
    if (!match) return undefined;
    const [whole, double, single, plain] = match;
    words.push(double !== undefined ? unescaped(double) : (single?.replaceAll("\\'", "'") ?? plain ?? ''));
    rest = rest.slice(whole.length).trimStart();
  }
  return words;
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

function unescaped(quoted: string): string {
  return quoted.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_, hex: string | undefined, one: string | undefined) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (controls[one ?? ''] ?? one ?? ''),
  );
}
