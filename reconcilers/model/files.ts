import { digest, reveal } from '../../renderers/text.ts';
import type { HostAnswer } from '../questions/sense.ts';
import type { DesiredFile } from '../verbs/index.ts';
import { answered } from './answer.ts';
import type { HostWorld } from './world.ts';

/** A file as `write-files` leaves it: written whole, then renamed. */
export function putFile(host: HostWorld, file: DesiredFile): void {
  host.files[file.path] = { mode: octal(file.mode), owner: file.owner, text: reveal(file.content) };
}

/** What the question `files` prints: a line for each that is there. */
export function printFiles(host: HostWorld, paths: readonly string[]): HostAnswer {
  const lines = paths.flatMap((path) => {
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
