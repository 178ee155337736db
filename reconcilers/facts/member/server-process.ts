import type { MemberFacts, MemberProcess } from './members.ts';

/** The server process of a member's Redis or Sentinel; undefined when it does not run. */
export function serverProcess(
  { processes }: Pick<MemberFacts, 'processes'>,
  server: MemberProcess['command'],
): MemberProcess | undefined {
  return processes.find(({ command }) => command === server);
}
