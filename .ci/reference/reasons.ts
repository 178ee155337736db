import { existsSync, readFileSync } from 'node:fs';
import { cell, code, pageHead, table } from './markdown.ts';

const SOURCE = 'reconcilers/contract/reasons.ts';

/** Every reason code with its meaning, under its component. */
export async function reasonsPage(): Promise<string | undefined> {
  const url = new URL(`../../${SOURCE}`, import.meta.url);
  if (!existsSync(url)) return undefined;
  const { reasons } = (await import(url.href)) as { reasons: Readonly<Record<string, string>> };
  const componentOf = componentsIn(readFileSync(url, 'utf8'));
  const groups = new Map<string, string[]>();
  for (const name of Object.keys(reasons)) {
    const component = componentOf(name);
    groups.set(component, [...(groups.get(component) ?? []), name]);
  }
  return [
    pageHead('Reason codes', SOURCE),
    '\nEvery finding has a `reason`. Match on it, not on the text of a message. Codes are added, but never renamed or given another\n',
    'meaning.\n',
    ...[...groups].map(([component, codes]) => {
      const rows = codes.map((name) => [code(name), cell(reasons[name] ?? '')]);
      return `\n## ${component}\n\n${table(['Code', 'Meaning'], rows)}`;
    }),
  ].join('');
}

/** The component of a code, from the comment line above it. */
function componentsIn(source: string): (name: string) => string {
  const components = new Map<string, string>();
  let component = 'Other';
  for (const line of source.split('\n')) {
    component = /^ {2}\/\/ (.+)$/.exec(line)?.[1] ?? component;
    const name = /^ {2}([A-Z]\w*):/.exec(line)?.[1];
    if (name) components.set(name, component);
  }
  return (name) => components.get(name) ?? component;
}
