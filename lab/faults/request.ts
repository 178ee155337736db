import { ACTIONS } from '../ec2/actions.ts';
import { QUOTA_ACTIONS, QUOTAS } from '../ec2/service-quotas.ts';
import type { LabHost } from '../topology.ts';
import type { FaultArgs, FaultRequest } from './active-fault.ts';
import type { Fault, Parameter } from './fault.ts';
import { FAULTS, faultList } from './table.ts';

/** The words of `lab fault` are wrong; the message shows the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Checks the words of `lab fault`, except whether the hosts exist; throws UsageError. */
export function checkRequest(words: readonly string[]): void {
  parsed(words);
}

/** Parses the words of `lab fault` for a lab with these hosts; throws UsageError. */
export function readRequest(words: readonly string[], hosts: readonly LabHost[]): FaultRequest {
  const { fault, host, peer, args } = parsed(words);
  return { fault, args: { ...args, host: hostNamed(host, hosts), peer: hostNamed(peer, hosts) } };
}

/** The host called `name`; throws UsageError if there is none. */
export function hostNamed(name: string | undefined, hosts: readonly LabHost[]): LabHost | undefined {
  if (name === undefined) return undefined;
  const found = hosts.find((host) => host.name === name);
  if (found !== undefined) return found;
  const there = hosts.length === 0 ? 'this lab has none' : `there are ${hosts.map((one) => one.name).join(', ')}`;
  throw new UsageError(`There is no host "${name}"; ${there}.`);
}

/** The request as the words of `lab fault`. */
export function requestText({ fault, args }: FaultRequest): readonly string[] {
  const { host, peer, process, seconds, percent, action, code, quota, value } = args;
  const words = [fault, host?.name, peer?.name, process, seconds, percent, action, code, quota, value];
  return words.filter((word) => word !== undefined).map(String);
}

interface ParsedWords {
  readonly fault: string;
  readonly host: string | undefined;
  readonly peer: string | undefined;
  readonly args: Omit<FaultArgs, 'host' | 'peer'>;
}

function parsed([fault, ...words]: readonly string[]): ParsedWords {
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
    throw new UsageError(`${superfluous.map((word) => `"${word}"`).join(' ')} is unexpected: ${usage}`);
  const word = (parameter: Parameter) => optional.get(parameter) ?? words[required.indexOf(parameter)];
  const [host, peer] = [word('HOST'), word('PEER')];
  if (peer !== undefined && peer === host) throw new UsageError(`HOST and PEER must be two different hosts: ${usage}`);
  const args = {
    process: command(word('PROCESS')),
    seconds: number('SECONDS', word('SECONDS'), 3600),
    percent: number('PERCENT', word('[PERCENT]'), 100),
    action: action(word('[ACTION]') ?? word('ACTION')),
    code: code(word('CODE')),
    quota: quota(word('QUOTA')),
    value: value(word('VALUE')),
  };
  return { fault, host, peer, args };
}

/** The word for an optional parameter. A fault that takes both tells them apart by form: a percentage is a number. */
function wordFor(parameter: Parameter, { takes }: Fault, words: readonly string[]): string | undefined {
  const required = takes.filter((one) => !isOptional(one)).length;
  const only = takes.length - required === 1;
  return words.slice(required).find((word) => only || /^\d/.test(word) === (parameter === '[PERCENT]'));
}

function isOptional(parameter: Parameter): boolean {
  return parameter.startsWith('[');
}

function noSuchFault(word: string | undefined): UsageError {
  const why = word === undefined ? 'a fault is required' : `there is no fault "${word}"`;
  return new UsageError(`${why}; faults and their arguments:\n${faultList()}`);
}

function command(name: string | undefined): string | undefined {
  if (name === undefined || /^[\w.+:@-]+$/.test(name)) return name;
  throw new UsageError(
    `"${name}" is not a command name; \`ps -eo comm\` lists them, for example sshd, haproxy, redis-server`,
  );
}

function number(what: string, word: string | undefined, most: number): number | undefined {
  if (word === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(word) && Number(word) > 0 && Number(word) <= most) return Number(word);
  throw new UsageError(`"${word}" is not valid for ${what}: a number above 0, at most ${most}`);
}

function action(name: string | undefined): string | undefined {
  const all = [...ACTIONS, ...QUOTA_ACTIONS];
  if (name === undefined || all.includes(name)) return name;
  throw new UsageError(`the lab's EC2 API has no action "${name}"; it has ${all.join(', ')}`);
}

function quota(name: string | undefined): string | undefined {
  if (name === undefined || QUOTAS.some(({ code }) => code === name)) return name;
  const all = QUOTAS.map(({ code, name: words }) => `${code} (${words})`).join(', ');
  throw new UsageError(`the lab's account has no quota "${name}"; it has ${all}`);
}

function value(word: string | undefined): number | undefined {
  if (word === undefined || /^\d+$/.test(word)) return word === undefined ? undefined : Number(word);
  throw new UsageError(`"${word}" is not valid for VALUE: a whole number`);
}

function code(name: string | undefined): string | undefined {
  if (name === undefined || /^\w[\w.]*$/.test(name)) return name;
  throw new UsageError(`"${name}" is not a code, such as VcpuLimitExceeded or Client.InternalError, or an HTTP status`);
}
