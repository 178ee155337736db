import { runProgram } from '../../controller/cli/program.ts';
import { runLab } from '../../lab/main.ts';
import { cell, code, pageHead, table } from './markdown.ts';

type ExitCodes = readonly [done: string, differs: string, error: string, unknown: string];

/** The meaning of the exit codes of each command. A missing command is an error. */
const exitCodes: Readonly<Record<string, ExitCodes>> = {
  apply: ['converged', '', 'error, or manual action needed', 'something is unknown'],
  watch: ['stopped by SIGTERM or SIGINT', '', 'documents not valid at the start', ''],
  plan: ['no differences', 'differences', 'error', 'something is unknown'],
  drift: ['no differences', 'differences', 'error', 'something is unknown'],
  check: ['nothing stands in the way', 'something stands in the way', 'error', 'something is unknown'],
  validate: ['valid', '', 'not valid', ''],
  get: ['every state is known', '', 'error', 'something is unknown'],
  iam: ['printed', '', 'documents not valid', ''],
  failover: ['done', 'shown only', 'error, or manual action needed', 'something is unknown'],
  restart: ['done', 'shown only', 'error, or manual action needed', 'something is unknown'],
  drill: [
    'no acknowledged write was lost, and redundancy is back',
    'shown only',
    'refused, or it was not so',
    'something is unknown',
  ],
  drain: ['done', 'shown only', 'error, or manual action needed', 'something is unknown'],
  uncordon: ['done', 'shown only', 'error, or manual action needed', 'something is unknown'],
  delete: ['done as far as asked', 'shown only', 'error, or manual action needed', 'something is unknown'],
};

interface Help {
  readonly usage: string;
  readonly description: string;
  readonly sections: ReadonlyMap<string, readonly Term[]>;
  /** The text below the sections. */
  readonly rest: string;
}

/** Every command with its options, from its help. */
export async function cliPage(): Promise<string> {
  const main = await helpOf((words) => runProgram(words, deps));
  const names = commandNames(main);
  const missing = names.filter((name) => exitCodes[name] === undefined);
  if (missing.length) throw new Error(`.ci/reference/cli.ts: exitCodes lacks ${missing.join(', ')}`);
  // One after the other, because each captures standard output.
  const pages: (readonly [string, Help])[] = [];
  for (const name of names) pages.push([name, await helpOf((words) => runProgram(words, deps), name)]);
  const common = commonOptions(pages.map(([, help]) => help));
  const lab = await helpOf(runLab);
  const labPages: string[] = [];
  for (const name of commandNames(lab))
    labPages.push(commandText(`reconcile lab ${name}`, await helpOf(runLab, name), []));
  return [
    pageHead('Command line', "the program's own help"),
    '\n`reconcile` stands for `node dist/controller/main.js`; `npm link` puts it on the PATH. `reconcile -f PATH` is `reconcile apply -f PATH`.\n',
    'AWS credentials come from where every AWS tool finds them.\n',
    `\n## Exit codes\n\n${exitTable(names)}`,
    '\nIf several apply, the highest wins: something that could not be checked may be broken. `reconcile lab` returns 0 done, 1 failed,\n',
    '2 usage error; `lab status` 3 if the lab is not up; `lab exec` and `lab run` return the exit code of their command.\n',
    `\n## Common options\n\n${optionsTable(common)}`,
    ...pages.map(([name, help]) => commandText(`reconcile ${name}`, help, common)),
    `\n## reconcile lab\n\nA local stand-in for EC2 with five real hosts: see [lab.md](../lab.md).\n`,
    ...labPages,
  ].join('');
}

/** The help only needs an output stream. */
const deps = {
  version: '',
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
  lab: runLab,
} as unknown as Parameters<typeof runProgram>[1];

function exitTable(names: readonly string[]): string {
  const rows = names.map((name) => [code(name), ...(exitCodes[name] ?? [])]);
  return table(['Command', '0', '1', '2', '3'], rows);
}

type Term = readonly [term: string, text: string];

/** Options that every command has, listed once. */
function commonOptions([first, ...others]: readonly Help[]): readonly Term[] {
  const inAll = ([term]: Term) =>
    others.every(({ sections }) => (sections.get('Options') ?? []).some(([one]) => one === term));
  return (first?.sections.get('Options') ?? []).filter((option) => inAll(option) && !isHelp(option));
}

function commandText(name: string, { usage, description, sections, rest }: Help, common: readonly Term[]): string {
  const own = (sections.get('Options') ?? []).filter(
    (one) => !isHelp(one) && !common.some(([term]) => term === one[0]),
  );
  const text = [
    `\n## ${name}\n\n${sentence(description)}\n\n\`\`\`\n${usage.startsWith('reconcile') ? usage : `reconcile ${usage}`}\n\`\`\`\n`,
    ...(own.length ? [`\n${optionsTable(own)}`] : []),
    ...(rest ? [`\n\`\`\`\n${rest}\n\`\`\`\n`] : []),
  ];
  return text.join('');
}

function optionsTable(options: readonly Term[]): string {
  const rows = options.map(([term, text]) => {
    const { words, extra } = withoutExtra(text);
    return [code(term), cell(words), extra];
  });
  return table(['Option', 'Description', 'Values'], rows);
}

function isHelp([term]: Term): boolean {
  return term.includes('--help');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

/** `text or json (choices: "text", "json", default: "text")`: commander's suffix becomes a column. */
function withoutExtra(text: string): { readonly words: string; readonly extra: string } {
  const [, words = text, extra = ''] = /^(.*?) \(((?:choices|default): .*)\)$/.exec(text) ?? [];
  const plain = extra
    .replace(/^choices: /, '')
    .replace(/(^|, )default: (.*)$/, (_, comma: string, value: string) => `${comma ? '; ' : ''}default ${value}`);
  return {
    words,
    extra: plain.replace(/"([^"]*)"/g, (_, value: string) => code(value)).replace(/(default )(?!`)(\S+)$/, '$1`$2`'),
  };
}

function commandNames(help: Help): readonly string[] {
  const terms = (help.sections.get('Commands') ?? []).map(([term]) => term.split(' ')[0] ?? '');
  return terms.filter((name) => name !== 'help');
}

/** Runs `[command] --help` and parses its output, without line wrapping. */
async function helpOf(run: (words: readonly string[]) => Promise<number>, command?: string): Promise<Help> {
  const { stdout } = process;
  const before = { write: stdout.write, isTTY: stdout.isTTY, columns: stdout.columns };
  let text = '';
  const write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  Object.assign(stdout, { write, isTTY: true, columns: 10_000 });
  try {
    await run([...(command === undefined ? [] : [command]), '--help']);
  } finally {
    Object.assign(stdout, before);
  }
  return parsed(text);
}

function parsed(text: string): Help {
  const [usage = '', description = '', ...blocks] = text.trim().split(/\n\n/);
  const sections = new Map<string, readonly Term[]>();
  const rest: string[] = [];
  for (const block of blocks) {
    const [head = '', ...lines] = block.split('\n');
    if (/^(Options|Commands|Arguments):$/.test(head)) sections.set(head.slice(0, -1), lines.map(termOf));
    else rest.push(block);
  }
  return { usage: usage.replace(/^Usage: /, ''), description, sections, rest: rest.join('\n\n') };
}

function termOf(line: string): Term {
  const [, term = line.trim(), text = ''] = /^ {2}(\S.*?) {2,}(.*)$/.exec(line) ?? [];
  return [term, text];
}
