import { ACTIONS } from '../ec2/actions.ts';
import type { LabHost } from '../topology.ts';
import type { Fault, Given, Order, Parameter } from './fault.ts';
import { FAULTS, faultList } from './table.ts';

/** A fault was asked for wrongly; the message says how it is asked for. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Checks the words of `lab fault`, but for whether the lab has such hosts; throws UsageError. */
export function checkOrder(words: readonly string[]): void {
  understood(words);
}

/** Understands the words of `lab fault` in a lab of these hosts; throws UsageError. */
export function readOrder(words: readonly string[], hosts: readonly LabHost[]): Order {
  const { fault, host, peer, given } = understood(words);
  return { fault, given: { ...given, host: hostNamed(host, hosts), peer: hostNamed(peer, hosts) } };
}

/** The host called `name`; throws UsageError when the lab has none. */
export function hostNamed(name: string | undefined, hosts: readonly LabHost[]): LabHost | undefined {
  if (name === undefined) return undefined;
  const found = hosts.find((host) => host.name === name);
  if (found !== undefined) return found;
  const there = hosts.length === 0 ? 'this lab has none' : `there are ${hosts.map((one) => one.name).join(', ')}`;
  throw new UsageError(`There is no host "${name}"; ${there}.`);
}

/** The words of `lab fault` that ask for it. */
export function orderWords({ fault, given }: Order): readonly string[] {
  const { host, peer, process, seconds, percent, action } = given;
  const words = [fault, host?.name, peer?.name, process, seconds, percent, action];
  return words.filter((word) => word !== undefined).map(String);
}

interface Understood {
  readonly fault: string;
  readonly host: string | undefined;
  readonly peer: string | undefined;
  readonly given: Omit<Given, 'host' | 'peer'>;
}

function understood([fault, ...words]: readonly string[]): Understood {
  const known = fault !== undefined && Object.hasOwn(FAULTS, fault) ? FAULTS[fault] : undefined;
  if (fault === undefined || known === undefined) throw noSuchFault(fault);
  const { takes } = known;
  const usage = ['lab fault', fault, ...takes].join(' ');
  const required = takes.filter((parameter) => !isOptional(parameter));
  const missing = required[words.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing: ${usage}`);
  const optional = new Map(takes.filter(isOptional).map((parameter) => [parameter, wordFor(parameter, known, words)]));
  const used = new Set(optional.values());
  const superfluous = words.slice(required.length).filter((word) => !used.delete(word));
  if (superfluous.length > 0)
    throw new UsageError(`${superfluous.map((word) => `"${word}"`).join(' ')} is too much: ${usage}`);
  const said = (parameter: Parameter) => optional.get(parameter) ?? words[required.indexOf(parameter)];
  const [host, peer] = [said('HOST'), said('PEER')];
  if (peer !== undefined && peer === host) throw new UsageError(`HOST and PEER are two different hosts: ${usage}`);
  const given = {
    process: command(said('PROCESS')),
    seconds: number('SECONDS', said('SECONDS'), 3600),
    percent: number('PERCENT', said('[PERCENT]'), 100),
    action: action(said('[ACTION]')),
  };
  return { fault, host, peer, given };
}

/** What may be left out is told by its form where a fault takes several: a share is a number. */
function wordFor(parameter: Parameter, { takes }: Fault, words: readonly string[]): string | undefined {
  const required = takes.filter((one) => !isOptional(one)).length;
  const alone = takes.length - required === 1;
  return words.slice(required).find((word) => alone || /^\d/.test(word) === (parameter === '[PERCENT]'));
}

function isOptional(parameter: Parameter): boolean {
  return parameter.startsWith('[');
}

function noSuchFault(word: string | undefined): UsageError {
  const why = word === undefined ? 'Which fault?' : `There is no fault "${word}".`;
  return new UsageError(`${why} Faults, and what they take:\n${faultList()}`);
}

function command(name: string | undefined): string | undefined {
  if (name === undefined || /^[\w.+:@-]+$/.test(name)) return name;
  throw new UsageError(
    `"${name}" is not the name of a command; \`ps -eo comm\` shows them: sshd, haproxy, redis-server.`,
  );
}

function number(what: string, word: string | undefined, most: number): number | undefined {
  if (word === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(word) && Number(word) > 0 && Number(word) <= most) return Number(word);
  throw new UsageError(`"${word}" cannot be ${what}: a number above 0, at most ${most}.`);
}

function action(name: string | undefined): string | undefined {
  if (name === undefined || ACTIONS.includes(name)) return name;
  throw new UsageError(`The lab's EC2 API has no action "${name}"; it has ${ACTIONS.join(', ')}.`);
}
