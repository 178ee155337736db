import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SecretReader, SecretReference } from '../../../crds/load/passwords.ts';
import { Secret } from '../../../crds/secret.ts';
import { expandHome } from './home-path.ts';

/**
 * Reads credentials that documents refer to: a variable of `env`, or a file, relative to `cwd` (not to the document, which may
 * come from standard input). One line break at the end of a file is not part of it. A file that others may read, or write, is refused:
 * looser than 0640, or a group that may write.
 */
export function secretsFrom(env: Readonly<Record<string, string | undefined>>, cwd: string): SecretReader {
  return (reference) => {
    const value = 'env' in reference ? fromEnv(reference.env, env) : fromFile(resolve(cwd, expandHome(reference.file)));
    if (typeof value !== 'string') return value;
    const wrong = unfit(value);
    return wrong === undefined ? new Secret(nameOf(reference), value) : { missing: wrong };
  };
}

type Missing = { readonly missing: string };

function nameOf(reference: SecretReference): string {
  return 'env' in reference ? `env ${reference.env}` : `file ${reference.file}`;
}

function fromEnv(name: string, env: Readonly<Record<string, string | undefined>>): string | Missing {
  return env[name] ?? { missing: 'the variable is not set' };
}

/** The mode is that of the file opened, not of one that takes its name between two calls. */
function fromFile(path: string): string | Missing {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { mode, size } = fstatSync(file);
    if (size > 64 * 1024) return { missing: `${path} is larger than any password (64 KiB)` };
    if ((mode & 0o027) !== 0)
      return {
        missing: `${path} has mode ${(mode & 0o777).toString(8).padStart(4, '0')}, looser than 0640: chmod 600 it`,
      };
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { missing: code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${code})` };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A line break in a password would end a line of redis.conf, and what follows would be a setting. */
function unfit(value: string): string | undefined {
  if (value === '') return 'it is empty';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is searched for
  return /[\x00-\x1f\x7f]/.test(value) ? 'it holds a line break or another control character' : undefined;
}
