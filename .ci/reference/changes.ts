import { changeEffects } from '../../crds/changes/change.ts';
import { changes } from '../../crds/changes/index.ts';
import { cell, code, pageHead, table } from './markdown.ts';

/** Every field of the three kinds, with what a change of it does to a cluster that runs. */
export function changesPage(): string {
  const effects = Object.entries(changeEffects).map(([name, text]) => [`**${name}**`, cell(text)]);
  const kinds = Object.entries(changes).map(([kind, rows]) => {
    const cells = rows.map(({ fields, effect, note }) => [fields.map(code).join(', '), effect, cell(note)]);
    return `\n## ${kind}\n\n${table(['Field', 'Change', 'What happens, or what to do instead'], cells)}`;
  });
  return [
    pageHead('What a change of a field does', 'crds/changes/'),
    '\nOn a cluster that runs. `plan` shows the same before anything is done, with the tenants that a step would interrupt.\n',
    'The [guide](../guides/limits-of-changes.md) explains the changes that restart members, and those that must be accepted.\n',
    `\n${table(['Change', 'Meaning'], effects)}`,
    ...kinds,
  ].join('');
}
