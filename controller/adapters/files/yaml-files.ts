import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import type { Source } from '../../../crds/load/documents.ts';

/** A `-f` that gave nothing: what it was, what is wrong, and what would be right. */
export interface SourceProblem {
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Documents are written by hand; what is larger is some other file, given by mistake. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Reads what `-f` names: files, folders (their *.yaml and *.yml, sorted, without subfolders, as kubectl does) and `-` for
 * standard input. A file named twice, by itself and by its folder for example, is read once. All problems are reported at once.
 */
export async function readSources(
  paths: readonly string[],
  stdin: Readable,
): Promise<{ readonly sources: readonly Source[]; readonly problems: readonly SourceProblem[] }> {
  const sources = new Map<string, Source>();
  const problems: SourceProblem[] = [];
  if (paths.filter((path) => path === '-').length > 1) {
    problems.push({
      path: '-',
      problem: 'standard input is given twice',
      remedy: 'it can be read once: name it once',
    });
  }
  for (const path of new Set(paths)) {
    const found = path === '-' ? await fromStdin(stdin) : await fromPath(path);
    for (const item of found) {
      if ('problem' in item) problems.push(item);
      else if (!sources.has(item.identity)) sources.set(item.identity, { file: item.file, text: item.text });
    }
  }
  return { sources: [...sources.values()], problems };
}

interface Found extends Source {
  /** Device and inode: the same file whatever it is called. */
  readonly identity: string;
}

async function fromStdin(stdin: Readable): Promise<readonly (Found | SourceProblem)[]> {
  try {
    return [{ identity: '-', file: '(standard input)', text: await textOf(stdin) }];
  } catch (error) {
    return [
      { path: '-', problem: `standard input cannot be read (${codeOf(error)})`, remedy: 'pipe the documents into it' },
    ];
  }
}

async function fromPath(path: string): Promise<readonly (Found | SourceProblem)[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [await fromFile(path)];
    const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
    if (names.length === 0) {
      const remedy = 'name a folder that holds some itself; subfolders are not searched';
      return [{ path, problem: 'the folder holds no *.yaml or *.yml file', remedy }];
    }
    return await Promise.all(names.map((name) => fromFile(join(path, name))));
  } catch (error) {
    return [unreadable(path, error)];
  }
}

async function fromFile(path: string): Promise<Found | SourceProblem> {
  try {
    const { dev, ino, size } = await stat(path);
    if (size > MAX_BYTES) {
      return {
        path,
        problem: `the file is larger than ${MAX_BYTES / 1024 / 1024} MiB`,
        remedy: 'name a file of documents',
      };
    }
    return { identity: `${dev}:${ino}`, file: path, text: await readFile(path, 'utf8') };
  } catch (error) {
    return unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): SourceProblem {
  const code = codeOf(error);
  if (code === 'ENOENT')
    return { path, problem: 'there is no such file or folder', remedy: 'correct the path given with -f' };
  if (code === 'EACCES')
    return { path, problem: 'it may not be read (EACCES)', remedy: 'give this user permission to read it' };
  return { path, problem: `it cannot be read (${code})`, remedy: 'name a file or a folder of YAML documents' };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
