import { messageOf } from '../observe.ts';
import { look } from '../pass.ts';
import { driftJson } from '../report/drift-json.ts';
import { driftJunit } from '../report/drift-junit.ts';
import { driftMarkdown } from '../report/drift-markdown.ts';
import { driftText } from '../report/drift-text.ts';
import { type Report, reportOf } from '../report/report.ts';
import { type ExitCode, exit, type Shell } from '../shell.ts';
import { codeOf, worst } from './plan.ts';

const views = {
  text: (reports: readonly Report[]) => reports.map(driftText).join('\n'),
  json: driftJson,
  junit: driftJunit,
  markdown: driftMarkdown,
} as const;

/** A view of the reports, and the file that it goes to: standard output unless told. */
export interface Output {
  readonly format: keyof typeof views;
  readonly file: string | undefined;
}

/** One more output: `json`, or `junit=drift.xml`. Yields what is wrong with it, in words, when there is something. */
export function withOutput(outputs: readonly Output[], value: string): readonly Output[] | string {
  const [, format = '', file] = /^([^=]*)(?:=(.*))?$/s.exec(value) ?? [];
  if (!Object.hasOwn(views, format))
    return `there is no format "${format}"; there are ${Object.keys(views).join(', ')}.`;
  if (file === '') return `name the file, as in ${format}=drift.out.`;
  if (outputs.some((one) => one.file === file))
    return `two reports would go to ${file ?? 'standard output'}: name a file for each, as in junit=drift.xml.`;
  return [...outputs, { format: format as Output['format'], file }];
}

/**
 * Looks once, changes nothing, and says whether the world has drifted from the documents: any number of views of that one look.
 * 0: same; 1: differs; 2: error; 3: something could not be seen. It is handed no actuators.
 */
export async function drift(
  shell: Omit<Shell, 'open'> & {
    open(...fleet: Parameters<Shell['open']>): Omit<ReturnType<Shell['open']>, 'actuators'>;
  },
  files: readonly string[],
  outputs: readonly Output[],
): Promise<ExitCode> {
  const fleets = await shell.load(files, 'resolve');
  if (!fleets) return exit.error;
  const reports: Report[] = [];
  for (const fleet of fleets) {
    const time = shell.clock.now();
    const world = shell.open(fleet);
    try {
      const seen = await look(fleet, shell.reconcilers, world.senses);
      reports.push(reportOf(fleet, seen, world.effort(), { time, exit: codeOf(seen.plan) }));
    } finally {
      await world.close();
    }
  }
  const told = await tell(shell, reports, outputs.length ? outputs : [{ format: 'text', file: undefined }]);
  return told ? worst(reports.map((report) => report.exit)) : exit.error;
}

/** Whether every view got where it was to go. One that did not does not keep the others. */
async function tell(
  shell: Pick<Shell, 'out' | 'err' | 'save'>,
  reports: readonly Report[],
  outputs: readonly Output[],
): Promise<boolean> {
  let told = true;
  for (const { format, file } of outputs) {
    const text = views[format](reports);
    if (file === undefined) shell.out(text);
    else
      await shell.save(file, text).catch((error: unknown) => {
        told = false;
        shell.err(
          `cannot write ${file} (${messageOf(error)}): name a file in a folder that is there and can be written\n`,
        );
      });
  }
  return told;
}
