import type { MemberFolder } from '../facts/container/container-facts.ts';

/** The declared members on a host that have a directory, and none of them a disk of the declared runtime: they are of another one. */
export function membersOfOtherRuntime(
  folders: readonly MemberFolder[],
  declared: readonly string[],
): readonly string[] {
  const ours = folders.filter(({ name }) => declared.includes(name));
  return ours.every(({ imageBytes }) => imageBytes === undefined) ? ours.map(({ name }) => name) : [];
}
