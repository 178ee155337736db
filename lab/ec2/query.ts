import { Ec2Error, invalidValue, missingParameter } from './errors.ts';

/** A request in the EC2 Query protocol: flat names and values (`Filter.1.Value.2=…`). */
export type Parameters = ReadonlyMap<string, string>;

export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

export function parseForm(body: string): Parameters {
  return new Map(new URLSearchParams(body));
}

/** `Prefix.1`, `Prefix.2`, … in order of their numbers. */
export function list(parameters: Parameters, prefix: string): readonly string[] {
  const numbered = [...parameters].flatMap(([name, value]) => {
    const number = name.startsWith(`${prefix}.`) ? Number(name.slice(prefix.length + 1)) : Number.NaN;
    return Number.isInteger(number) ? [{ number, value }] : [];
  });
  return numbered.sort((a, b) => a.number - b.number).map((one) => one.value);
}

/** The structures `Prefix.1.…`, `Prefix.2.…`, each with the names below it, in order of their numbers. */
export function structures(parameters: Parameters, prefix: string): readonly Parameters[] {
  const numbers = [...parameters.keys()].flatMap((name) => {
    const number = name.startsWith(`${prefix}.`) ? /^\d+(?=\.)/.exec(name.slice(prefix.length + 1))?.[0] : undefined;
    return number === undefined ? [] : [Number(number)];
  });
  return [...new Set(numbers)].sort((a, b) => a - b).map((number) => structure(parameters, `${prefix}.${number}`));
}

/** The names below `Prefix.`. */
export function structure(parameters: Parameters, prefix: string): Parameters {
  const below = [...parameters].filter(([name]) => name.startsWith(`${prefix}.`));
  return new Map(below.map(([name, value]) => [name.slice(prefix.length + 1), value]));
}

export function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === '') throw missingParameter(name);
  return value;
}

export function flag(parameters: Parameters, name: string): boolean {
  const value = parameters.get(name) ?? 'false';
  if (value !== 'true' && value !== 'false')
    throw invalidValue(`Value (${value}) for parameter ${name} is invalid. Must be true or false`);
  return value === 'true';
}

/** `Filter.N.Name` with its `Filter.N.Value.M`; the total number of values is limited as on EC2. */
export function filters(parameters: Parameters): readonly Filter[] {
  const numbers = [...parameters.keys()].flatMap((name) => /^Filter\.(\d+)\.Name$/.exec(name)?.[1] ?? []);
  const all = numbers.map((number) => ({
    name: required(parameters, `Filter.${number}.Name`),
    values: list(parameters, `Filter.${number}.Value`),
  }));
  if (all.flatMap((one) => one.values).length > 200)
    throw new Ec2Error('FilterLimitExceeded', 'The maximum number of filter values specified on a single call is 200');
  return all;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

/** One page of `items`; the token says where the next one starts. The page size is 5 to `maxSize`. */
export function page<T>(items: readonly T[], parameters: Parameters, maxSize = 1000): Page<T> {
  const maximum = parameters.get('MaxResults');
  if (maximum !== undefined && !(Number(maximum) >= 5 && Number(maximum) <= maxSize))
    throw invalidValue(
      `Value ( ${maximum} ) for parameter maxResults is invalid. Expecting a value between 5 and ${maxSize}.`,
    );
  const from = startOf(parameters.get('NextToken'), items.length);
  const to = maximum === undefined ? items.length : from + Number(maximum);
  return {
    items: items.slice(from, to),
    nextToken: to < items.length ? Buffer.from(`from:${to}`).toString('base64') : undefined,
  };
}

function startOf(token: string | undefined, length: number): number {
  if (token === undefined) return 0;
  const from = Number(/^from:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1] ?? Number.NaN);
  if (!(from <= length)) throw new Ec2Error('InvalidNextToken', `The token '${token}' is invalid`);
  return from;
}
