import { Ajv, type ValidateFunction } from 'ajv';
import { ajvOptions, type Kind, schemas } from './schemas.ts';

const compiled = new Map<Kind, ValidateFunction>();

/** The validator of a kind, compiled when it is first needed. The build puts compiled validators in the place of this file. */
export function validatorOf(kind: Kind): ValidateFunction {
  const known = compiled.get(kind) ?? new Ajv(ajvOptions).compile(schemas[kind]);
  compiled.set(kind, known);
  return known;
}
