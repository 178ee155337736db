import type { ErrorObject } from 'ajv';
import type { Path } from './issue.ts';
import { nearestName } from './nearest.ts';
import { FORMATS, PATTERNS, type Words } from './words.ts';

export interface Said {
  readonly problem: string;
  readonly remedy: string;
}

/** What is wrong with a value that stands where a value may stand. */
export function explainValue(error: ErrorObject, path: Path): Said {
  return (EXPLAIN[error.keyword] ?? other)(error, path);
}

/** The remedy where a credential seems to be written out; undefined elsewhere. */
export function neverWritten(path: Path): string | undefined {
  if (path[0] !== 'spec' || path[1] !== 'auth') return undefined;
  return 'a password is never written into a document: write auth.passwordFrom.env: NAME or auth.passwordFrom.file: PATH';
}

/** What a value of this schema is, in words. */
export function wordsOf(schema: Readonly<Record<string, unknown>>): Words | undefined {
  return PATTERNS[String(schema['pattern'])] ?? FORMATS[String(schema['format'])];
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  boolean: 'true or false',
};

const EXPLAIN: Readonly<Record<string, (error: ErrorObject, path: Path) => Said>> = {
  type: wrongType,
  enum: notListed,
  pattern: malformed,
  format: malformed,
  minimum: outOfRange,
  maximum: outOfRange,
  minLength: (error) => ({ problem: 'it is empty', remedy: `give it a value${example(error)}` }),
  maxLength: (error, path) => ({
    problem: `${shown(error.data, path)} has ${String(error.data).length} characters`,
    remedy: `use at most ${error.params['limit']}`,
  }),
  minItems: wrongCount,
  maxItems: wrongCount,
  oneOf: notExactlyOne,
  not: excluding,
};

function wrongType(error: ErrorObject, path: Path): Said {
  const types = [error.params['type'] as string | string[]].flat();
  const wanted = wordsOf(error.parentSchema ?? {})?.what ?? types.map((type) => TYPES[type] ?? type).join(' or ');
  if (error.data === null) {
    const otherwise = 'default' in (error.parentSchema ?? {}) ? ', or remove the line for its default' : '';
    return { problem: 'it is empty', remedy: `give it ${wanted}${example(error)}${otherwise}` };
  }
  const problem = `${shown(error.data, path)} is not ${wanted}`;
  return { problem, remedy: neverWritten(path) ?? typeRemedy(error, types, wanted) };
}

function typeRemedy(error: ErrorObject, types: readonly string[], wanted: string): string {
  const { data } = error;
  if (types.includes('string') && typeof data !== 'object' && fits(error))
    return 'put it in quotes, so that it is text';
  if (types.includes('integer') && typeof data === 'string' && /^\d+$/.test(data)) return 'remove the quotes';
  return `write ${wanted}${example(error)}`;
}

/** Whether quotes are all that the value lacks. */
function fits({ data, parentSchema }: ErrorObject): boolean {
  const pattern = parentSchema?.['pattern'];
  const listed = parentSchema?.['enum'];
  if (Array.isArray(listed)) return listed.includes(String(data));
  return typeof pattern !== 'string' || new RegExp(pattern, 'u').test(String(data));
}

function notListed(error: ErrorObject, path: Path): Said {
  const allowed = (error.params['allowedValues'] as unknown[]).map(String);
  const meant = typeof error.data === 'string' ? nearestName(error.data, allowed) : undefined;
  const remedy = allowed.length === 1 ? `it must be ${allowed[0]}` : `it must be one of ${allowed.join(', ')}`;
  return {
    problem: `${shown(error.data, path)} is not known here`,
    remedy: meant === undefined || allowed.length === 1 ? remedy : `${remedy}; did you mean ${meant}?`,
  };
}

function malformed(error: ErrorObject, path: Path): Said {
  const words = wordsOf(error.parentSchema ?? {});
  return {
    problem: `${shown(error.data, path)} is not ${words?.what ?? `of the form ${String(error.schema)}`}`,
    remedy: `write it${example(error)}`.replace('it, such as', 'it like'),
  };
}

function outOfRange(error: ErrorObject, path: Path): Said {
  const { minimum, maximum } = (error.parentSchema ?? {}) as { minimum?: number; maximum?: number };
  const range = maximum === undefined ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
  const side = error.keyword === 'minimum' ? 'small' : 'large';
  return { problem: `${shown(error.data, path)} is too ${side}`, remedy: `use a number ${range}` };
}

function wrongCount(error: ErrorObject): Said {
  const { minItems = 0, maxItems } = (error.parentSchema ?? {}) as { minItems?: number; maxItems?: number };
  const wanted =
    minItems === maxItems
      ? `exactly ${minItems}`
      : error.keyword === 'minItems'
        ? `at least ${minItems}`
        : `at most ${maxItems}`;
  const have = (error.data as unknown[]).length;
  return { problem: `it has ${have} ${have === 1 ? 'entry' : 'entries'}`, remedy: `give ${wanted}` };
}

function notExactlyOne(error: ErrorObject): Said {
  const names = (error.schema as { required: string[] }[]).flatMap((branch) => branch.required);
  const given = names.filter((name) => name in (error.data as object));
  const problem =
    given.length === 0 ? `neither ${names.join(' nor ')} is given` : `${given.join(' and ')} exclude each other`;
  return { problem, remedy: `give exactly one of ${names.join(', ')}` };
}

function excluding(error: ErrorObject): Said {
  const names = (error.schema as { required: string[] }).required;
  return { problem: `${names.join(' and ')} exclude each other`, remedy: `keep one of ${names.join(', ')}` };
}

function other(error: ErrorObject): Said {
  return {
    problem: `it does not fit the schema (${error.message ?? error.keyword})`,
    remedy: 'see the field in crds/*.yaml',
  };
}

function example(error: ErrorObject): string {
  const words = wordsOf(error.parentSchema ?? {});
  return words === undefined ? '' : `, such as ${words.example}`;
}

/** The value as it may be shown: what may be a credential, and what is long, is only named. */
function shown(value: unknown, path: Path): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const [, room, field] = path;
  const hidden =
    room === 'auth' || (room === 'ssh' && field === 'identity') || (room === 'redis' && field === 'config');
  if (hidden) return 'the value';
  const text = JSON.stringify(value) ?? 'the value';
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}
