/** Words of one line, quotes taken off; undefined when they do not close. */
export function wordsOf(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let rest = line.trim();
  while (rest) {
    const [whole, quoted, plain] = /^"((?:[^"\\]|\\.)*)"(?=\s|$)|^([^\s"]\S*)/.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    words.push(plain ?? quoted?.replace(/\\(.)/g, '$1') ?? '');
    rest = rest.slice(whole.length).trimStart();
  }
  return words;
}

/** As CONFIG REWRITE writes a value that may be several words. */
export function quoted(value: string): string {
  return value === '' ? '""' : value;
}
