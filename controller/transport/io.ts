import type { Login, S3Object } from '../../crds/fleet.ts';
import type { Secret } from '../../crds/secret.ts';
import type { Ec2Query, RespCommand, RespEndpoint, RespReply, RespTarget } from '../../reconcilers/facts/fact.ts';
import type { HostRequest, RespRequest } from '../../reconcilers/facts/requests.ts';
import type { Action } from '../../reconcilers/operations/actions.ts';
import type { DryRun, Ec2Command } from '../../reconcilers/operations/operation.ts';
import type { Quota } from '../../reconcilers/shared/ec2-answers/quotas.ts';
import type { ScriptResult } from '../../renderers/host-batch.ts';
import type { Script } from '../../renderers/lib/shell.ts';
import type { Stats } from '../events/stats.ts';

/** What an adapter provides. Adapters carry scripts, calls and commands; they decide nothing. */
export interface HostPort {
  /**
   * Runs one script on the standard input of one `sh` (through `sudo -n` for a user who is not root), over the host's one connection.
   * Rejects with a TransportError when the host could not be reached, the time ran out or the output grew past the limit.
   */
  run(
    target: HostTarget,
    script: string,
    limits: { readonly timeoutMs: number; readonly outputBytes: number },
  ): Promise<ScriptResult>;
}

export interface HostTarget {
  readonly name: string;
  /** The private address, under which its host keys are kept; of a bastion that is no host of the Cluster, the declared one. */
  readonly address: string;
  /** Where it is dialled, if not there: its public address. */
  readonly publicAddress?: string;
  /** Undefined: that of spec.ssh. */
  readonly login?: Login;
  /** The host that its connection goes through. */
  readonly via?: HostTarget;
  /** The instance behind it, where it was created here. `launched`: when it was started last, milliseconds since 1970. */
  readonly made?: { readonly instanceId: string; readonly launched: number | undefined };
}

export interface Ec2ReadPort {
  /** Pages through a describe call and hands back all items: instances, or network interfaces. */
  query(query: Ec2Query): Promise<readonly unknown[]>;
}

export interface Ec2WritePort {
  command(command: Ec2Command): Promise<void>;
  /** A URL by which an object in S3 can be read for an hour. */
  signS3(object: S3Object): Promise<Secret>;
}

/** Files of the machine that the operator runs on. */
export interface FilePort {
  size(path: string): Promise<number>;
  /** SHA-256, hexadecimal. */
  digest(path: string): Promise<string>;
  /** At most so many bytes. */
  read(path: string, offset: number, bytes: number): Promise<Buffer>;
}

/** A file to be brought to a host in pieces. `begin`, `append` and `finish` are scripts for that host (TransferOperation). */
export interface Transfer {
  readonly source: { readonly file: string } | { readonly host: HostTarget; readonly path: string };
  readonly target: HostTarget;
  readonly digest: string;
  begin(bytes: number): Script;
  append(offset: number, base64: string): Script;
  finish(): Script;
  /** How far it is, in words. */
  tell(progress: string): void;
}

export interface RespPort {
  /** Authenticates and sends the commands in one pipeline, over a channel forwarded by the first host named that gives one. */
  send(
    endpoint: RespTarget,
    through: readonly HostTarget[],
    commands: readonly RespCommand[],
  ): Promise<readonly RespReply[]>;
  /** The same over a connection that stays open until it is closed. `timeoutMs`: to connect, and for each reply. */
  open(endpoint: RespTarget, through: readonly HostTarget[], timeoutMs?: number): Promise<RespConnection>;
}

/** An authenticated connection to a Redis or a Sentinel. */
export interface RespConnection {
  /** Sends the commands in one pipeline. Rejects with a TransportError when there are no complete replies. */
  send(commands: readonly RespCommand[]): Promise<readonly RespReply[]>;
  close(): void;
}

/** Opens a connection to a server of one tenant. */
export type Connect = (endpoint: RespEndpoint) => Promise<RespConnection>;

/** A fact to be read from a host: the request, and the script that reads it. `seconds`: its time limit. */
export interface HostQuery {
  readonly request: HostRequest;
  readonly script: Script;
  readonly seconds: number;
}

/** Reads facts, and can do nothing else. */
export interface FactReader {
  /** All facts of a host at once; undefined where nothing came back. Rejects with a TransportError when the host was not reached. */
  readHost(target: HostTarget, queries: readonly HostQuery[]): Promise<readonly (ScriptResult | undefined)[]>;
  readEc2(query: Ec2Query): Promise<readonly unknown[]>;
  readResp(
    request: RespRequest,
    endpoint: RespTarget,
    through: readonly HostTarget[],
    commands: readonly RespCommand[],
  ): Promise<readonly RespReply[]>;
}

/** Carries out actions. Read-only commands are never given one. */
export interface Executor {
  /** The script in full, the host's lock included. */
  runOnHost(target: HostTarget, action: Action, script: Script, timeoutMs: number): Promise<ScriptResult>;
  transfer(action: Action, order: Transfer): Promise<void>;
  signS3(object: S3Object): Promise<Secret>;
  callEc2(command: Ec2Command): Promise<void>;
  sendResp(
    action: Action,
    endpoint: RespTarget,
    through: readonly HostTarget[],
    commands: readonly RespCommand[],
  ): Promise<readonly RespReply[]>;
  /** Several exchanges with a tenant's servers, each following from the replies before. `dialogue` closes what it opens. */
  converse(
    action: Action,
    through: readonly HostTarget[],
    dialogue: (connect: Connect) => Promise<void>,
  ): Promise<void>;
  /** Connects as a client does, from the first host that gives a channel. `timeoutMs`: to connect, and for each reply. */
  dial(endpoint: RespTarget, through: readonly HostTarget[], timeoutMs: number): Promise<RespConnection>;
}

/** Makes a changing call that changes nothing (DryRun): only its permission is checked. Rejects with a TransportError. */
export type DryRunPort = (command: Ec2Command) => Promise<DryRun>;

/** The value of a quota of the account in the region, in the unit of the quota. Rejects with a TransportError. */
export type QuotaPort = (quota: Quota) => Promise<number>;

/** The connections to one Cluster, opened. Only commands that change something get the executor. */
export interface Connections {
  readonly reader: FactReader;
  executor(): Executor;
  readonly dryRun: DryRunPort;
  readonly quotaOf: QuotaPort;
  stats(): Stats;
  close(): Promise<void>;
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
