import type { ErrorObject } from 'ajv';
import { type Issue, issueAt, type Path } from '../issue.ts';
import type { Places } from '../load/positions.ts';
import { credentialRemedy, descriptionOf, type Explanation, explainValue } from './explain-value.ts';
import { nearestName } from './nearest-name.ts';

/** The errors of ajv as issues with positions. Each problem is reported once. */
export function explain(errors: readonly ErrorObject[], places: Places): readonly Issue[] {
  const unknown = errors.filter((error) => error.keyword === 'additionalProperties');
  const meant = new Set(unknown.map((error) => `${error.instancePath}/${suggestion(error) ?? ''}`));
  const withUnknown = new Set(unknown.map((error) => error.instancePath));
  const mistyped = new Set(errors.filter((error) => error.keyword === 'type').map((error) => error.instancePath));
  const reported = new Set<string>();
  return errors.flatMap((error) => {
    if (isBranch(error)) return [];
    if (error.keyword === 'additionalProperties') return [unknownField(error, places)];
    if (error.keyword === 'required') {
      // "adress" is unknown and address is missing: only the first is reported.
      const known = meant.has(`${error.instancePath}/${missingName(error)}`);
      return known || isCredential(error, withUnknown) ? [] : [missingField(error, places)];
    }
    if (error.keyword === 'oneOf' && withUnknown.has(error.instancePath)) return [];
    // If the type is wrong, the other errors of the value are meaningless.
    if (error.keyword !== 'type' && mistyped.has(error.instancePath)) return [];
    if (reported.has(error.instancePath)) return [];
    reported.add(error.instancePath);
    const path = instancePath(error);
    return [asIssue(explainValue(error, path), places, path)];
  });
}

/** Errors inside a branch of a oneOf are ignored: the oneOf itself is reported. */
function isBranch(error: ErrorObject): boolean {
  return /\/(?:oneOf\/\d+|not)\//.test(error.schemaPath);
}

/** A password in the document is reported once, and not again as a missing reference. */
function isCredential(error: ErrorObject, withUnknown: ReadonlySet<string>): boolean {
  return withUnknown.has(error.instancePath) && credentialRemedy(instancePath(error)) !== undefined;
}

function unknownField(error: ErrorObject, places: Places): Issue {
  const name = String(error.params['additionalProperty']);
  const path = [...instancePath(error), name];
  const remedy = credentialRemedy(path) ?? unknownRemedy(error, name);
  return issueAt(places.key(path), path, `unknown field ${JSON.stringify(name)}`, remedy);
}

function unknownRemedy(error: ErrorObject, name: string): string {
  if (name === '<<') return 'merge keys are not supported: write out the fields';
  const meant = suggestion(error);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return `remove it; known fields are ${knownNames(error).join(', ')}`;
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
  const example = choices?.[0] ?? descriptionOf(schema)?.example;
  const description = typeof schema['description'] === 'string' ? ` (${schema['description'].replace(/\.$/, '')})` : '';
  const remedy = `add ${name}${example === undefined ? '' : `, such as ${name}: ${String(example)}`}${description}`;
  return issueAt(places.at(path), [...path, name], `${name} is missing`, remedy);
}

function missingName(error: ErrorObject): string {
  return String(error.params['missingProperty']);
}

function asIssue({ problem, remedy }: Explanation, places: Places, path: Path): Issue {
  return issueAt(places.at(path), path, problem, remedy);
}

/** A JSON pointer's steps; numbers are list indexes, because no mapping has numeric keys. */
function instancePath(error: ErrorObject): Path {
  const steps = error.instancePath.split('/').slice(1);
  return steps
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
