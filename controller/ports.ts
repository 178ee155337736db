import type { Ask } from '../reconcilers/questions/index.ts';
import type { Ec2Query, HostAnswer, RespCommand, RespEndpoint, RespReply } from '../reconcilers/questions/sense.ts';
import type { Action } from '../reconcilers/verbs/index.ts';
import type { Ec2Command } from '../reconcilers/verbs/verb.ts';
import type { Script } from '../renderers/shell.ts';

/** What the shell asks of its media. Adapters carry scripts, calls and commands; they decide nothing. */
export interface HostPort {
  /**
   * Runs one script on the standard input of one `sh` (through `sudo -n` for a user who is not root), over the host's one connection.
   * Rejects with a MediumError when the host could not be reached, the time ran out or the output grew past the limit.
   */
  run(
    target: HostTarget,
    script: string,
    limits: { readonly timeoutMs: number; readonly outputBytes: number },
  ): Promise<HostAnswer>;
}

export interface HostTarget {
  readonly name: string;
  readonly address: string;
  /** The instance behind it, where it is one of our making. `launched`: when it was started last, milliseconds since 1970. */
  readonly made?: { readonly instanceId: string; readonly launched: number | undefined };
}

export interface Ec2ReadPort {
  /** Pages through a describe call and hands back all items: instances, or network interfaces. */
  query(query: Ec2Query): Promise<readonly unknown[]>;
}

export interface Ec2WritePort {
  command(command: Ec2Command): Promise<void>;
}

export interface RespPort {
  /** Authenticates and sends the commands in one pipeline, over a channel forwarded by the first host named that gives one. */
  send(
    endpoint: RespEndpoint,
    through: readonly HostTarget[],
    commands: readonly RespCommand[],
  ): Promise<readonly RespReply[]>;
}

/** A question on its way to a host: what is asked, and the script that asks it. */
export interface HostQuestion {
  readonly ask: Ask;
  readonly script: Script;
  readonly seconds: number;
}

/** What observing needs: it can put questions of the catalogue, and nothing else. */
export interface Senses {
  /** All of a host's questions at once; undefined where no answer came back. Rejects with a MediumError when the host was not reached. */
  askHost(target: HostTarget, questions: readonly HostQuestion[]): Promise<readonly (HostAnswer | undefined)[]>;
  askEc2(query: Ec2Query): Promise<readonly unknown[]>;
  askResp(
    ask: Ask,
    endpoint: RespEndpoint,
    through: readonly HostTarget[],
    commands: readonly RespCommand[],
  ): Promise<readonly RespReply[]>;
}

/** What performing needs. Read-only commands are never handed one. */
export interface Actuators {
  /** Carries out a host's verb: the script in full, the host's lock included. */
  actOnHost(target: HostTarget, action: Action, script: Script, timeoutMs: number): Promise<HostAnswer>;
  actOnEc2(command: Ec2Command): Promise<void>;
  actOverResp(
    action: Action,
    endpoint: RespEndpoint,
    through: readonly HostTarget[],
    commands: readonly RespCommand[],
  ): Promise<readonly RespReply[]>;
}

/**
 * A medium failed. `kind`: unreachable (no connection; a retry may help), refused (credentials or host key: fix the input),
 * timeout, overflow (more output than allowed), protocol, early (it comes by itself: ask again). `message` says what happened, where, and
 * what to do now.
 */
export class MediumError extends Error {
  readonly kind: 'unreachable' | 'refused' | 'timeout' | 'overflow' | 'protocol' | 'early';

  constructor(kind: MediumError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MediumError';
    this.kind = kind;
  }
}

/** Refused credentials, keys and permissions do not come right by themselves; everything else may. */
export function onlyByAPerson(error: unknown): boolean {
  return error instanceof MediumError && error.kind === 'refused';
}

/** Time and chance, as arguments: a test brings its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** At least 0, below 1. */
  random(): number;
}

/** Structured logging. Fields are plain data; a Secret among them prints as `***`. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, unknown>>;
