import { readdirSync, readFileSync } from 'node:fs';
import type { Source } from '../../crds/load/documents.ts';

const DIRECTORY = new URL('../../examples/quickstart/', import.meta.url);

/** The documents of examples/quickstart, by file name; with passwords from the environment, so that tests write no files. */
export function quickstart(): readonly Source[] {
  const files = readdirSync(DIRECTORY).filter((file) => file.endsWith('.yaml'));
  return files.sort().map((file) => ({ file, text: fromEnvironment(readFileSync(new URL(file, DIRECTORY), 'utf8')) }));
}

function fromEnvironment(text: string): string {
  return text.replace(
    /file: \.quickstart\/(\w+)\.password/,
    (_, tenant: string) => `env: ${tenant.toUpperCase()}_PASSWORD`,
  );
}
