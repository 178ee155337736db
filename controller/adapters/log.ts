import { createWriteStream, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import winston from 'winston';
import { Secret } from '../../crds/secret.ts';
import type { Log, LogFields } from '../transport/io.ts';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

export interface LogOptions {
  /** Default `silent`: what an operator should read is printed by the command itself. */
  readonly level?: LogLevel;
  /** A file to append to, created with mode 0600; default: standard error. */
  readonly file?: string;
  readonly stream?: Writable;
}

/** A Log that masks given secrets, and that can be closed once all of it is written. */
export interface OpenLog extends Log {
  /** Values masked wherever they appear, as defence in depth: a Secret prints as `***` anyway. */
  hide(secrets: readonly Secret[]): void;
  close(): Promise<void>;
}

/** JSON lines: time, level, message, and the fields. */
export function openLog(options: LogOptions = {}): OpenLog {
  const hidden = new Set<string>();
  const stream = options.stream ?? (options.file === undefined ? process.stderr : fileStream(options.file));
  const level = options.level ?? 'silent';
  const logger = winston.createLogger({
    level: level === 'silent' ? 'error' : level,
    silent: level === 'silent',
    format: winston.format.printf((info) => line(info, hidden)),
    transports: [new winston.transports.Stream({ stream })],
  });
  const at = (name: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: LogFields) => {
    logger.log(name, message, { fields });
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    hide: (secrets) => {
      // A very short value would mask half of every line, and protects nothing.
      for (const secret of secrets)
        if (secret.reveal().length >= 4) for (const form of formsOf(secret)) hidden.add(form);
    },
    close: () =>
      new Promise((resolve) => {
        logger.once('finish', () => {
          if (stream === process.stderr) resolve();
          else stream.end(() => resolve());
        });
        logger.end();
      }),
  };
}

function fileStream(path: string): Writable {
  return createWriteStream(path, { fd: openSync(path, 'a', 0o600) });
}

function line(info: winston.Logform.TransformableInfo, hidden: ReadonlySet<string>): string {
  const fields = info['fields'] as LogFields | undefined;
  const entry = { time: new Date().toISOString(), level: info.level, message: info.message, ...plainFields(fields) };
  return masked(JSON.stringify(entry, replaceErrors), hidden);
}

/** A field never takes the place of time, level or message. */
function plainFields(fields: LogFields | undefined): LogFields {
  const taken = new Set(['time', 'level', 'message']);
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([key, value]) => [taken.has(key) ? `${key}_` : key, value]),
  );
}

/** JSON shows an Error as {}; Secrets mask themselves by toJSON, this catches one in a Map or Set. */
function replaceErrors(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    return { name: value.name, message: value.message, ...('kind' in value ? { kind: value.kind } : {}) };
  }
  if (value instanceof Secret) return '***';
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return typeof value === 'bigint' ? String(value) : value;
}

function masked(text: string, hidden: ReadonlySet<string>): string {
  return [...hidden].sort((a, b) => b.length - a.length).reduce((line, form) => line.replaceAll(form, '***'), text);
}

/** As it stands, as JSON writes it, and as JSON writes JSON that holds it. */
function formsOf(secret: Secret): readonly string[] {
  const escaped = (value: string) => JSON.stringify(value).slice(1, -1);
  const value = secret.reveal();
  return [value, escaped(value), escaped(escaped(value))];
}
