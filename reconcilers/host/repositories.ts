import type { Repository } from '../../crds/fleet.ts';
import { packageRepository, repositoryPlaces } from '../../renderers/package-repository.ts';
import type { Drift } from '../drift.ts';
import type { FileFacts } from '../questions/files.ts';
import { staleFiles } from '../service.ts';
import { type DesiredSystem, findingOf, prepare } from './desired.ts';
import type { System } from './systems/system.ts';

/** Repositories that the documents give to hosts of this system, each with its key. */
export function repositoriesDrift(
  desired: DesiredSystem,
  system: System,
  files: readonly FileFacts[],
): readonly Drift[] {
  const own = desired.cluster.preparation.repositories.filter((one) => one.system === system.name);
  return own.flatMap((repository) => {
    const fault = faultOf(repository, files);
    if (!fault) return [];
    const { name, key, url } = repository;
    const list = listOf(repository);
    const place = { ...key, path: repositoryPlaces(repository).key };
    const write = { verb: 'package-repository', host: desired.host.name, key: place, list } as const;
    const byHand = `give ${desired.host.name} the repository ${url}, in ${list.path}, and its key in ${place.path}`;
    return [findingOf(desired)(`repository ${name}`, 'as declared', fault, prepare(desired, [write], byHand))];
  });
}

function listOf(repository: Repository) {
  const path = repositoryPlaces(repository).list;
  return { path, mode: '0644', owner: 'root:root', content: packageRepository(repository) };
}

function faultOf(repository: Repository, files: readonly FileFacts[]): string | undefined {
  const list = listOf(repository);
  const key = files.find(({ path }) => path === repositoryPlaces(repository).key);
  if (!files.some(({ path }) => path === list.path)) return 'not there';
  if (!key) return 'without its key';
  if (key.sha256 !== repository.key.sha256) return `with another key (SHA-256 ${key.sha256.slice(0, 12)}…)`;
  const readable = Number.parseInt(key.mode, 8) === 0o644 && key.owner === 'root';
  return readable && !staleFiles([list], files).length ? undefined : 'different';
}
