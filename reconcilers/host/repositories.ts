import type { Repository } from '../../crds/fleet.ts';
import { packageRepository, repositoryPlaces } from '../../renderers/packages/repository.ts';
import type { Finding } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import type { FileFacts } from '../facts/host/files.ts';
import type { DesiredFile } from '../operations/actions.ts';
import { staleFiles } from '../shared/files-and-units.ts';
import { type DesiredSystem, findingsOf, prepare } from './desired.ts';
import type { System } from './systems/system.ts';

/** The package repositories that the documents declare for this operating system, each with its key. */
export function repositoriesFindings(
  desired: DesiredSystem,
  system: System,
  files: readonly FileFacts[],
): readonly Finding[] {
  const own = desired.cluster.preparation.repositories.filter((one) => one.system === system.name);
  return own.flatMap((repository) => {
    const fault = faultOf(repository, files);
    if (!fault) return [];
    const { name, key, url } = repository;
    const list = listOf(repository);
    const place = { ...key, path: repositoryPlaces(repository).key };
    const write = { operation: 'package-repository', host: desired.host.name, key: place, list } as const;
    const todo = `add the repository ${url} to ${list.path} on ${desired.host.name}, and its key to ${place.path}`;
    const [reason, have, want] = fault;
    return [findingsOf(desired)(reason, `repository ${name}`, { have, want }, prepare(desired, [write], todo))];
  });
}

function listOf(repository: Repository): DesiredFile {
  const path = repositoryPlaces(repository).list;
  return { path, mode: '0644', owner: 'root:root', content: packageRepository(repository) };
}

type Fault = readonly [reason: Reason, have: string, want: string];

function faultOf(repository: Repository, files: readonly FileFacts[]): Fault | undefined {
  const list = listOf(repository);
  const key = files.find(({ path }) => path === repositoryPlaces(repository).key);
  if (!files.some(({ path }) => path === list.path)) return ['RepositoryMissing', 'absent', 'present'];
  const want = keyText(repository.key.sha256);
  if (!key) return ['RepositoryMissing', 'no key', want];
  if (key.sha256 !== repository.key.sha256) return ['RepositoryKeyDiffers', keyText(key.sha256), want];
  const readable = Number.parseInt(key.mode, 8) === 0o644 && key.owner === 'root';
  if (readable && !staleFiles([list], files).length) return undefined;
  return ['RepositoryDiffers', 'different', 'as declared'];
}

function keyText(sha256: string): string {
  return `key with SHA-256 ${sha256.slice(0, 12)}…`;
}
