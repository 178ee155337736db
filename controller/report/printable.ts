/**
 * Text that a host produced, safe for a terminal, XML 1.0 and Markdown: what cannot be printed, or would mislead a reader, is spelled
 * out as \u001b. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(hidden, (found) => {
    const code = found.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** On one line: a line end shows as ⏎. */
export function oneLine(text: string): string {
  return printable(text)
    .replace(/\s*\n\s*/g, ' ⏎ ')
    .replace(/\t/g, ' ');
}

/** At most so many characters; what is left out is counted. */
export function clipped(text: string, limit: number): string {
  const characters = text.length > limit ? [...text] : [];
  if (characters.length <= limit) return text;
  return `${characters.slice(0, limit).join('')}… (${characters.length - limit} more characters)`;
}

/**
 * Controls (C0 but for tab and line feed, C1), line and paragraph separators, marks that change the direction of writing,
 * halves of surrogate pairs, and noncharacters of Unicode. XML 1.0, section 2.2, forbids some of them, escaped or not.
 */
const hidden =
  /(?![\t\n])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/gu;
