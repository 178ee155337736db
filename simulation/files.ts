import type { FactRequestOf } from '../reconcilers/facts/requests.ts';
import type { ActionOf, DesiredFile } from '../reconcilers/operations/actions.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { header } from '../renderers/lib/header.ts';
import { digest, reveal } from '../renderers/lib/text.ts';
import { succeeded } from './answer.ts';
import { type HostWorld, OperationFailed } from './world.ts';

/** A file as written by `write-files`: complete, then renamed. */
export function putFile(host: HostWorld, file: DesiredFile): void {
  host.files[file.path] = { mode: octal(file.mode), owner: file.owner, text: reveal(file.content) };
}

/** Removes none of them if one is foreign. */
export function removeFiles(host: HostWorld, { paths }: ActionOf<'remove-files'>): void {
  const foreign = paths.find((path) => host.files[path] && !host.files[path].text.startsWith(header));
  if (foreign) throw new OperationFailed(`${foreign} has no marker of this operator`);
  for (const path of paths) delete host.files[path];
}

type Requested = Pick<FactRequestOf<'files'>, 'paths' | 'within'>;

/** The paths of the fact `files`: the requested ones, and those in the requested directory. */
export function requestedFiles(host: HostWorld, { paths, within }: Requested): readonly string[] {
  const inside = Object.keys(host.files).filter(
    (path) => within !== undefined && path.slice(0, path.lastIndexOf('/')) === within,
  );
  return [...new Set([...paths, ...inside])];
}

/** The output of the fact `files`: a line for each existing file. */
export function renderFiles(host: HostWorld, request: Requested): ScriptResult {
  const lines = requestedFiles(host, request).flatMap((path) => {
    const file = host.files[path];
    return file ? [`${file.mode} ${file.owner.split(':')[0]} ${sumOf(file.text)} ${path}\n`] : [];
  });
  return succeeded(lines.join(''));
}

const sums = new Map<string, string>();

/** SHA-256 of a text, cached: worlds are observed often, and their files rarely change. */
export function sumOf(text: string): string {
  const known = sums.get(text);
  if (known) return known;
  if (sums.size > 5000) sums.clear();
  const sum = digest(text);
  sums.set(text, sum);
  return sum;
}

/** As stat prints it: without a leading zero. */
function octal(mode: string): string {
  return Number.parseInt(mode, 8).toString(8);
}
