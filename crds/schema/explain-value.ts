import type { ErrorObject } from 'ajv';
import type { Path } from '../issue.ts';
import { dateTime } from './date-time.ts';
import { nearestName } from './nearest-name.ts';
import { FORMATS, PATTERNS, type PatternDescription } from './patterns.ts';

export interface Explanation {
  readonly problem: string;
  readonly remedy: string;
}

/** The problem with a value of a known field, and the fix. */
export function explainValue(error: ErrorObject, path: Path): Explanation {
  return (EXPLAIN[error.keyword] ?? other)(error, path);
}

/** The remedy if a credential seems to be in the document; undefined otherwise. */
export function credentialRemedy(path: Path): string | undefined {
  if (path[0] !== 'spec' || path[1] !== 'auth') return undefined;
  return 'a document must not contain a password: use auth.passwordFrom.env: NAME or auth.passwordFrom.file: PATH';
}

/** The description of a valid value of this schema. */
export function descriptionOf(schema: Readonly<Record<string, unknown>>): PatternDescription | undefined {
  return PATTERNS[String(schema['pattern'])] ?? FORMATS[String(schema['format'])];
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  boolean: 'true or false',
};

const EXPLAIN: Readonly<Record<string, (error: ErrorObject, path: Path) => Explanation>> = {
  type: wrongType,
  enum: notListed,
  pattern: malformed,
  format: wrongFormat,
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

function wrongType(error: ErrorObject, path: Path): Explanation {
  const types = [error.params['type'] as string | string[]].flat();
  const wanted =
    descriptionOf(error.parentSchema ?? {})?.description ?? types.map((type) => TYPES[type] ?? type).join(' or ');
  if (error.data === null) {
    const otherwise = 'default' in (error.parentSchema ?? {}) ? ', or remove the line for its default' : '';
    return { problem: 'it is empty', remedy: `give it ${wanted}${example(error)}${otherwise}` };
  }
  const problem = `${shown(error.data, path)} is not ${wanted}`;
  return { problem, remedy: credentialRemedy(path) ?? typeRemedy(error, types, wanted) };
}

function typeRemedy(error: ErrorObject, types: readonly string[], wanted: string): string {
  const { data } = error;
  if (types.includes('string') && typeof data !== 'object' && fits(error))
    return 'put it in quotes, so that it is text';
  if (types.includes('integer') && typeof data === 'string' && /^\d+$/.test(data)) return 'remove the quotes';
  return `write ${wanted}${example(error)}`;
}

/** Whether the value would be valid with quotes. */
function fits({ data, parentSchema }: ErrorObject): boolean {
  const pattern = parentSchema?.['pattern'];
  const listed = parentSchema?.['enum'];
  if (Array.isArray(listed)) return listed.includes(String(data));
  return typeof pattern !== 'string' || new RegExp(pattern, 'u').test(String(data));
}

function notListed(error: ErrorObject, path: Path): Explanation {
  const allowed = (error.params['allowedValues'] as unknown[]).map(String);
  const meant = typeof error.data === 'string' ? nearestName(error.data, allowed) : undefined;
  const remedy = allowed.length === 1 ? `it must be ${allowed[0]}` : `it must be one of ${allowed.join(', ')}`;
  return {
    problem: `${shown(error.data, path)} is not allowed here`,
    remedy: meant === undefined || allowed.length === 1 ? remedy : `${remedy}; did you mean ${meant}?`,
  };
}

function malformed(error: ErrorObject, path: Path): Explanation {
  const described = descriptionOf(error.parentSchema ?? {});
  return {
    problem: `${shown(error.data, path)} is not ${described?.description ?? `of the form ${String(error.schema)}`}`,
    remedy: `write it${example(error)}`.replace('it, such as', 'it like'),
  };
}

/** Of a date and time, the part that is wrong is named. */
function wrongFormat(error: ErrorObject, path: Path): Explanation {
  const explained = malformed(error, path);
  const moment = error.schema === 'date-time' ? dateTime(String(error.data)) : { at: 0 };
  if ('at' in moment) return explained;
  const remedy = `${explained.remedy}, in UTC, or with another zone like 2026-01-31T13:00:00+01:00`;
  return { problem: `${shown(error.data, path)} ${moment.fault}`, remedy };
}

function outOfRange(error: ErrorObject, path: Path): Explanation {
  const { minimum, maximum } = (error.parentSchema ?? {}) as { minimum?: number; maximum?: number };
  const range = maximum === undefined ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
  const side = error.keyword === 'minimum' ? 'small' : 'large';
  return { problem: `${shown(error.data, path)} is too ${side}`, remedy: `use a number ${range}` };
}

function wrongCount(error: ErrorObject): Explanation {
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

function notExactlyOne(error: ErrorObject): Explanation {
  const names = (error.schema as { required: string[] }[]).flatMap((branch) => branch.required);
  const given = names.filter((name) => name in (error.data as object));
  const problem =
    given.length === 0 ? `neither ${names.join(' nor ')} is given` : `${given.join(' and ')} exclude each other`;
  return { problem, remedy: `give exactly one of ${names.join(', ')}` };
}

function excluding(error: ErrorObject): Explanation {
  const names = (error.schema as { required: string[] }).required;
  return { problem: `${names.join(' and ')} exclude each other`, remedy: `keep one of ${names.join(', ')}` };
}

function other(error: ErrorObject): Explanation {
  return {
    problem: `it does not match the schema (${error.message ?? error.keyword})`,
    remedy: 'see the description of the field in crds/*.yaml',
  };
}

function example(error: ErrorObject): string {
  const described = descriptionOf(error.parentSchema ?? {});
  return described === undefined ? '' : `, such as ${described.example}`;
}

/** The value as printed. A possible credential is not shown, and a long value is truncated. */
function shown(value: unknown, path: Path): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const [, section, field] = path;
  const hidden =
    section === 'auth' || (section === 'ssh' && field === 'identity') || (section === 'redis' && field === 'config');
  if (hidden) return 'the value';
  const text = JSON.stringify(value) ?? 'the value';
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}
