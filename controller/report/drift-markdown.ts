import { dependentLine, headline } from './drift-text.ts';
import { meanings, type ReportedFinding, severities } from './findings.ts';
import { clipped, oneLine, printable } from './printable.ts';
import { groupByRootCause, type Report, splitByCause } from './report.ts';

/** GitHub refuses a comment of more than 65536 characters; what is left is for the text around it. */
const limit = 60_000;

/**
 * The reports of a run for a pull request's comment or a job's summary: a headline, a table of the causes, the worst first, and
 * what is longer in folded details. Values cannot break out of their cells. What does not fit is left out, and counted.
 */
export function driftMarkdown(reports: readonly Report[]): string {
  const share = Math.floor(limit / Math.max(1, reports.length));
  return reports
    .map((report) => markdownOf(report, share))
    .join('\n')
    .slice(0, limit);
}

function markdownOf(report: Report, share: number): string {
  const { cluster, exit, findings } = report;
  const { causes: all } = splitByCause(findings);
  const causes = severities.flatMap((severity) => all.filter((one) => one.severity === severity));
  const head = `## Drift of ${code(cluster)}: ${exit.meaning}\n\n${code(headline(report))}\n`;
  if (!findings.length) return head;
  const table = fitted(causes, rowOf, Math.floor(share * 0.5) - head.length);
  const roots = fitted(
    [...groupByRootCause(findings)],
    (one) => `- ${code(dependentLine(one).trim())}\n`,
    Math.floor(share * 0.1),
  );
  const details = fitted(causes, detailOf, Math.floor(share * 0.4) - 500);
  return [
    head,
    ...(causes.length ? [`\n${columns}${table.text}`, leftOut(table.left)] : []),
    ...(roots.text
      ? ['\nDepends on others, and is checked again once they are in order:\n\n', roots.text, leftOut(roots.left)]
      : []),
    ...(details.text ? [folded('Details', details.text), leftOut(details.left)] : []),
  ].join('');
}

const columns =
  '| Severity | Subject | Field | Have | Want | Reason | Impacts | What to do |\n|---|---|---|---|---|---|---|---|\n';

function rowOf({ severity, subject, field, want, have, reason, impacts, remedy }: ReportedFinding): string {
  const cells = [
    `${severity}: ${meanings[severity]}`,
    ...[subject, field, have, want, reason, impacts.join(', '), remedy.message].map((value) =>
      code(clipped(oneLine(value), 160)),
    ),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

function detailOf({ id, subject, field, want, have, remedy }: ReportedFinding): string {
  const part = (label: string, value: string) =>
    `  ${label}: ${clipped(printable(value), 1000).replaceAll('\n', '\n    ')}`;
  return [
    `${subject} ${oneLine(field)} (${id})`,
    part('have', have),
    part('want', want),
    part(remedy.by, remedy.message),
    '',
    '',
  ]
    .map(escaped)
    .join('\n');
}

/** A `pre` element ends at its end tag only, and what is in it is neither Markdown nor, escaped, HTML. */
function folded(summary: string, text: string): string {
  return `\n<details>\n<summary>${summary}</summary>\n\n<pre>\n${text}</pre>\n\n</details>\n`;
}

/** As many of the items, from the first on, as so many characters hold. */
function fitted<T>(
  items: readonly T[],
  render: (item: T) => string,
  room: number,
): { readonly text: string; readonly left: number } {
  let text = '';
  for (const [index, item] of items.entries()) {
    const part = render(item);
    if (text.length + part.length > room) return { text, left: items.length - index };
    text += part;
  }
  return { text, left: 0 };
}

function leftOut(left: number): string {
  return left ? `\n${left} more did not fit here: see the report as JSON.\n` : '';
}

/**
 * A value as code: GitHub makes neither mentions nor references of what is in it. Whatever Markdown or HTML could take for its own is a
 * character reference, which by CommonMark (6.2) cannot be structure; between backticks it would be shown as it is written.
 */
function code(value: string): string {
  return value && `<code>${value.replace(/[^\p{L}\p{M}\p{N}\p{Zs},./=()+%-]|www/gu, reference)}</code>`;
}

function reference(found: string): string {
  return [...found].map((character) => `&#${character.codePointAt(0)};`).join('');
}

function escaped(value: string): string {
  return value.replace(/[&<>"']/g, reference);
}
