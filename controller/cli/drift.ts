import { observeAndPlan } from '../engine/pass.ts';
import { driftJson } from '../report/drift-json.ts';
import { driftJunit } from '../report/drift-junit.ts';
import { driftMarkdown } from '../report/drift-markdown.ts';
import { driftText } from '../report/drift-text.ts';
import { type Report, reportOf } from '../report/report.ts';
import { messageOf } from '../transport/errors.ts';
import type { ReadOnlyContext } from './context.ts';
import { type ExitCode, exit, exitMeanings, forFindings } from './exit-code.ts';
import { forEachCluster } from './for-each-cluster.ts';

const views = {
  text: (reports: readonly Report[]) => reports.map(driftText).join('\n'),
  json: driftJson,
  junit: driftJunit,
  markdown: driftMarkdown,
} as const;

/** A view of the reports, and the file that it goes to: standard output by default. */
export interface Output {
  readonly format: keyof typeof views;
  readonly file: string | undefined;
}

/** One more output: `json`, or `junit=drift.xml`. Yields what is wrong with it as text when there is something. */
export function withOutput(outputs: readonly Output[], value: string): readonly Output[] | string {
  const [, format = '', file] = /^([^=]*)(?:=(.*))?$/s.exec(value) ?? [];
  if (!Object.hasOwn(views, format))
    return `there is no format "${format}"; there are ${Object.keys(views).join(', ')}.`;
  if (file === '') return `name the file, as in ${format}=drift.out.`;
  if (outputs.some((one) => one.file === file))
    return `two reports would go to ${file ?? 'standard output'}: name a file for each, as in junit=drift.xml.`;
  return [...outputs, { format: format as Output['format'], file }];
}

/** Observes once, changes nothing, and reports whether the state has drifted from the documents, in any number of views. */
export async function drift(
  context: ReadOnlyContext,
  files: readonly string[],
  outputs: readonly Output[],
): Promise<ExitCode> {
  const reports: Report[] = [];
  const code = await forEachCluster(context, files, async (fleet, connections) => {
    const time = context.clock.now();
    const seen = await observeAndPlan(fleet, context.reconcilers, connections.reader, { now: time });
    const found = forFindings(seen.plan.findings);
    const ending = { time, exit: { code: found, meaning: exitMeanings[found] } };
    reports.push(reportOf(fleet, seen, connections.stats(), ending));
    return found;
  });
  if (code === exit.error) return code;
  return (await writeReports(context, reports, outputs)) ? code : exit.error;
}

/** Whether every view was written, the text if none is asked for. One that was not does not keep the others. */
export async function writeReports(
  context: Pick<ReadOnlyContext, 'out' | 'err' | 'save'>,
  reports: readonly Report[],
  outputs: readonly Output[],
): Promise<boolean> {
  let written = true;
  const all: readonly Output[] = outputs.length ? outputs : [{ format: 'text', file: undefined }];
  for (const { format, file } of all) {
    const text = views[format](reports);
    if (file === undefined) context.out(text);
    else
      await context.save(file, text).catch((error: unknown) => {
        written = false;
        context.err(`cannot write ${file} (${messageOf(error)}): name a file in an existing, writable folder\n`);
      });
  }
  return written;
}
