/** The beginning of every generated page. */
export function pageHead(title: string, source: string): string {
  return `<!-- Generated from ${source} by .ci/generate-reference.ts. Edit that, then run \`npm run generate\`. -->\n\n# ${title}\n`;
}

/** A table; empty cells are left empty. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [line(headings), `|${headings.map(() => '---').join('|')}|\n`, ...rows.map(line)].join('');
}

/** A value as code. Within a table a pipe ends the cell even in code, unless it is escaped. */
export function code(value: string): string {
  return `\`${value.replaceAll('|', '\\|')}\``;
}

/** Text of a cell: backticks are kept; HTML and the end of the cell are escaped. */
export function cell(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll('<', '&lt;')))
    .join('')
    .replaceAll('|', '\\|')
    .replace(/\s*\n\s*/g, ' ');
}
