import { readdirSync, readFileSync } from 'node:fs';
import type { Source } from '../../crds/documents.ts';

const FOLDER = new URL('../../examples/quickstart/', import.meta.url);

/** The documents of examples/quickstart, by file name; passwords come from the environment here, so that no test writes files. */
export function quickstart(): readonly Source[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));
  return files.sort().map((file) => ({ file, text: fromEnvironment(readFileSync(new URL(file, FOLDER), 'utf8')) }));
}

function fromEnvironment(text: string): string {
  return text.replace(
    /file: \.quickstart\/(\w+)\.password/,
    (_, tenant: string) => `env: ${tenant.toUpperCase()}_PASSWORD`,
  );
}
