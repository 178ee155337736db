/**
 * Writes docs/reference: cluster.md, tenant.md and proxypair.md from crds/*.yaml, changes.md from crds/changes/, cli.md from the help of the commands, and reasons.md from
 * the reason codes. `--check` writes nothing and exits 1 if a page is stale.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { changesPage } from './reference/changes.ts';
import { cliPage } from './reference/cli.ts';
import { kindPage, kinds } from './reference/kinds.ts';
import { reasonsPage } from './reference/reasons.ts';

const FOLDER = new URL('../docs/reference/', import.meta.url);

const pages: readonly (readonly [file: string, text: string | undefined])[] = [
  ...kinds.map((kind) => [`${kind.toLowerCase()}.md`, kindPage(kind)] as const),
  ['changes.md', changesPage()],
  ['cli.md', await cliPage()],
  ['reasons.md', await reasonsPage()],
];

for (const [file, text] of pages) {
  const target = new URL(file, FOLDER);
  const current = existsSync(target) ? readFileSync(target, 'utf8') : undefined;
  if (text === undefined || text === current) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`docs/reference/${file} is stale: run \`npm run generate\` and commit it.\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(target, text);
  }
}
