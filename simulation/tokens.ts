/** Words of one line without quotes; undefined if a quote is not closed. */
export function tokensOf(line: string): readonly string[] | undefined {
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

/** A value that may have several words, as CONFIG REWRITE writes it. */
export function quoted(value: string): string {
  return value === '' ? '""' : value;
}
