import { header } from '../../renderers/header.ts';
import { digest, reveal } from '../../renderers/text.ts';
import type { AskOf } from '../questions/index.ts';
import type { HostAnswer } from '../questions/sense.ts';
import type { ActionOf, DesiredFile } from '../verbs/index.ts';
import { answered } from './answer.ts';
import { type HostWorld, VerbFailed } from './world.ts';

/** A file as `write-files` leaves it: written whole, then renamed. */
export function putFile(host: HostWorld, file: DesiredFile): void {
  host.files[file.path] = { mode: octal(file.mode), owner: file.owner, text: reveal(file.content) };
}

/** None of them where one is not ours. */
export function removeFiles(host: HostWorld, { paths }: ActionOf<'remove-files'>): void {
  const foreign = paths.find((path) => host.files[path] && !host.files[path].text.startsWith(header));
  if (foreign) throw new VerbFailed(`${foreign} does not say that it is ours`);
  for (const path of paths) delete host.files[path];
}

type Asked = Pick<AskOf<'files'>, 'paths' | 'within'>;

/** Paths that the question `files` asks about: those named, and those that lie in its folder. */
export function askedFiles(host: HostWorld, { paths, within }: Asked): readonly string[] {
  const inside = Object.keys(host.files).filter(
    (path) => within !== undefined && path.slice(0, path.lastIndexOf('/')) === within,
  );
  return [...new Set([...paths, ...inside])];
}

/** What the question `files` prints: a line for each that is there. */
export function printFiles(host: HostWorld, ask: Asked): HostAnswer {
  const lines = askedFiles(host, ask).flatMap((path) => {
    const file = host.files[path];
    return file ? [`${file.mode} ${file.owner.split(':')[0]} ${sumOf(file.text)} ${path}\n`] : [];
  });
  return answered(lines.join(''));
}

const sums = new Map<string, string>();

/** SHA-256 of a text; worlds are looked at often, and their files seldom change. */
export function sumOf(text: string): string {
  const known = sums.get(text);
  if (known) return known;
  if (sums.size > 5000) sums.clear();
  const sum = digest(text);
  sums.set(text, sum);
  return sum;
}

/** As stat prints it: without a leading nought. */
function octal(mode: string): string {
  return Number.parseInt(mode, 8).toString(8);
}
