import type { ErrorObject } from 'ajv';
import { explainValue, neverWritten, type Said, wordsOf } from './explain-value.ts';
import { type Issue, issueAt, type Path } from './issue.ts';
import { nearestName } from './nearest.ts';
import type { Places } from './places.ts';

/** ajv's errors in words, each at its place; one fault is told once. */
export function explain(errors: readonly ErrorObject[], places: Places): readonly Issue[] {
  const unknown = errors.filter((error) => error.keyword === 'additionalProperties');
  const meant = new Set(unknown.map((error) => `${error.instancePath}/${suggestion(error) ?? ''}`));
  const withUnknown = new Set(unknown.map((error) => error.instancePath));
  const mistyped = new Set(errors.filter((error) => error.keyword === 'type').map((error) => error.instancePath));
  const told = new Set<string>();
  return errors.flatMap((error) => {
    if (isBranch(error)) return [];
    if (error.keyword === 'additionalProperties') return [unknownField(error, places)];
    if (error.keyword === 'required') {
      // "adress" is unknown and address is missing: the first says it all.
      const known = meant.has(`${error.instancePath}/${missingName(error)}`);
      return known || isCredential(error, withUnknown) ? [] : [missingField(error, places)];
    }
    if (error.keyword === 'oneOf' && withUnknown.has(error.instancePath)) return [];
    // Of a value of the wrong type, nothing else that is said makes sense.
    if (error.keyword !== 'type' && mistyped.has(error.instancePath)) return [];
    if (told.has(error.instancePath)) return [];
    told.add(error.instancePath);
    const path = instancePath(error);
    return [said(explainValue(error, path), places, path)];
  });
}

/** What one branch of a oneOf misses says nothing: the oneOf itself is told whole. */
function isBranch(error: ErrorObject): boolean {
  return /\/(?:oneOf\/\d+|not)\//.test(error.schemaPath);
}

/** A password written out is told once, and not again as a reference that is missing. */
function isCredential(error: ErrorObject, withUnknown: ReadonlySet<string>): boolean {
  return withUnknown.has(error.instancePath) && neverWritten(instancePath(error)) !== undefined;
}

function unknownField(error: ErrorObject, places: Places): Issue {
  const name = String(error.params['additionalProperty']);
  const path = [...instancePath(error), name];
  const remedy = neverWritten(path) ?? unknownRemedy(error, name);
  return issueAt(places.key(path), path, `unknown field ${JSON.stringify(name)}`, remedy);
}

function unknownRemedy(error: ErrorObject, name: string): string {
  if (name === '<<') return 'merge keys are not supported: write the fields out';
  const meant = suggestion(error);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return `remove it; known here are ${knownNames(error).join(', ')}`;
}

function suggestion(error: ErrorObject): string | undefined {
  return nearestName(String(error.params['additionalProperty']), knownNames(error));
}

function knownNames(error: ErrorObject): string[] {
  return Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
}

function missingField(error: ErrorObject, places: Places): Issue {
  const name = missingName(error);
  const path = instancePath(error);
  const properties = error.parentSchema?.['properties'] as Record<string, Record<string, unknown>> | undefined;
  const schema = properties?.[name] ?? {};
  const choices = schema['enum'] as readonly unknown[] | undefined;
  const example = choices?.[0] ?? wordsOf(schema)?.example;
  const description = typeof schema['description'] === 'string' ? ` (${schema['description'].replace(/\.$/, '')})` : '';
  const remedy = `add ${name}${example === undefined ? '' : `, such as ${name}: ${String(example)}`}${description}`;
  return issueAt(places.at(path), [...path, name], `${name} is missing`, remedy);
}

function missingName(error: ErrorObject): string {
  return String(error.params['missingProperty']);
}

function said({ problem, remedy }: Said, places: Places, path: Path): Issue {
  return issueAt(places.at(path), path, problem, remedy);
}

/** A JSON pointer's steps; numbers are places in lists, as no mapping of ours has numbers for names. */
function instancePath(error: ErrorObject): Path {
  const steps = error.instancePath.split('/').slice(1);
  return steps
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
