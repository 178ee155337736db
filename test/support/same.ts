import { isDeepStrictEqual } from 'node:util';

/** Fails with the places in which two values differ. Whole worlds are compared, for which the message of chai is too long. */
export function same(have: unknown, want: unknown): void {
  if (isDeepStrictEqual(have, want)) return;
  const found = differences(have, want, '').slice(0, 8);
  throw new Error(`not the same:\n${found.join('\n') || 'in values that cannot be shown'}`);
}

function differences(have: unknown, want: unknown, path: string): readonly string[] {
  if (isDeepStrictEqual(have, want)) return [];
  if (!isObject(have) || !isObject(want)) return [`  ${path}: ${shown(have)}, wanted ${shown(want)}`];
  const keys = [...new Set([...Object.keys(have), ...Object.keys(want)])];
  const deeper = keys.flatMap((key) => differences(have[key], want[key], `${path}/${key}`));
  return deeper.length ? deeper : [`  ${path}: in its keys or their order`];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 300);
}
