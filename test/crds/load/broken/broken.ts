import type { Source } from '../../../../crds/load/documents.ts';
import { quickstart } from '../../../support/quickstart.ts';

/** An invalid edit of the quickstart, and all expected issues, in order. */
export interface Broken {
  readonly why: string;
  readonly edits: readonly Edit[];
  readonly issues: readonly {
    /** file:line:column */
    readonly at: string;
    readonly path: string;
    readonly problem: string;
    readonly remedy: string;
  }[];
}

export type Edit = { readonly file: string } & (
  | { readonly from: string; readonly to: string }
  | { readonly append: string }
  | { readonly text: string }
  | { readonly without: true }
);

/** The quickstart's documents with the edits. An edit that changes nothing is a mistake in the table. */
export function edited(edits: readonly Edit[]): readonly Source[] {
  return edits.reduce<readonly Source[]>((sources, edit) => {
    if (!sources.some(({ file }) => file === edit.file)) throw new Error(`${edit.file} does not exist`);
    if ('without' in edit) return sources.filter(({ file }) => file !== edit.file);
    return sources.map((source) =>
      source.file === edit.file ? { ...source, text: changed(source.text, edit) } : source,
    );
  }, quickstart());
}

function changed(text: string, edit: Exclude<Edit, { without: true }>): string {
  if ('text' in edit) return edit.text;
  if ('append' in edit) return text + edit.append;
  const result = text.replaceAll(edit.from, edit.to);
  if (result === text) throw new Error(`${edit.file} does not contain ${JSON.stringify(edit.from)}`);
  return result;
}
