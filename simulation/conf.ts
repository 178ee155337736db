import { tokensOf } from './tokens.ts';
import type { FileWorld, HostWorld } from './world.ts';

/** Directives of a redis.conf or sentinel.conf, by name: arguments without quotes. Undefined: a line that the daemon rejects. */
export function directives(text: string): readonly (readonly string[])[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() && !line.startsWith('#'));
  const all = lines.map((line) => tokensOf(line) ?? []);
  return all.some((words) => words.length < 2) ? undefined : all;
}

/** A file in a member's conf folder. */
export function confFile(host: HostWorld, folder: string, name: string): FileWorld | undefined {
  return host.files[`${folder}/conf/${name}`];
}

/** How often Redis exited shortly after its start, and its last message. One file in the world, removed when redis.conf is written. */
export const exitsFile = 'redis-exits';

/** Written by the daemon itself, or by the start guard. */
export function putConf(host: HostWorld, folder: string, name: string, text: string): void {
  const path = `${folder}/conf/${name}`;
  const mode = host.files[path]?.mode ?? '600';
  host.files[path] = { mode, owner: host.files[path]?.owner ?? 'root:root', text };
}
