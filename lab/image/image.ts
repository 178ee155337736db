import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '../daemon/shell.ts';
import { asset, cachePaths } from '../paths.ts';
import { withLock } from '../world/lock.ts';
import { isAlive, labNames, readRecord } from '../world/record.ts';

/**
 * The folder of the image every host boots, built if this recipe's is not there yet (about 40 s). One folder a recipe, so that an old
 * lab keeps its image under its feet while a new one is built.
 */
export async function ensureImage(say: (line: string) => void): Promise<string> {
  const folder = join(cachePaths().images, recipeDigest());
  if (!existsSync(folder)) {
    await withLock('image', 900, async () => {
      if (existsSync(folder)) return;
      await build(folder, say);
      await removeUnused(folder, say);
    });
  }
  return join(folder, 'rootfs');
}

/** A digest of everything that decides what the image holds. */
export function recipeDigest(): string {
  const hash = createHash('sha256').update(process.arch);
  for (const part of ['image', 'openvz'])
    for (const file of filesBelow(asset(part)))
      hash
        .update(`${part}/${file}\0`)
        .update(readFileSync(join(asset(part), file)))
        .update('\0');
  return hash.digest('hex').slice(0, 16);
}

async function build(folder: string, say: (line: string) => void): Promise<void> {
  const started = Date.now();
  say('building the image of the hosts (once; it is kept)');
  mkdirSync(cachePaths().images, { recursive: true, mode: 0o700 });
  // We hold the lock: whoever made these is dead. They have devices in them, and nothing of worth.
  const dead = readdirSync(cachePaths().images).filter((name) => name.includes('.draft'));
  for (const name of dead) await sh('rm', ['-rf', '--one-file-system', join(cachePaths().images, name)]);
  // Its own, so that no build ever finishes what another one began.
  const draft = mkdtempSync(`${folder}.draft-`);
  await runBuild(asset('image', 'build.sh'), draft);
  renameSync(draft, folder);
  say(`the image is built (${Math.round((Date.now() - started) / 1000)} s)`);
}

/** Runs a script over `draft`. However it ends or we do, by the time limit or SIGKILL, no process and no mount of it lives on. */
export async function runBuild(script: string, draft: string): Promise<void> {
  const alone = ['unshare', '--mount-proc', '--pid', '--fork', '--kill-child', 'sh', script, draft];
  await sh('setpriv', ['--pdeathsig', 'KILL', ...alone], { timeoutMs: 900_000 });
}

/** Images of older recipes go, unless a lab still runs on them: nobody would ever look for them again. */
async function removeUnused(current: string, say: (line: string) => void): Promise<void> {
  const alive = labNames()
    .map(readRecord)
    .filter((record) => record !== undefined && isAlive(record));
  for (const name of readdirSync(cachePaths().images)) {
    const folder = join(cachePaths().images, name);
    if (folder === current || alive.some((record) => record?.image?.startsWith(folder) ?? true)) continue;
    say(`removing the image of an older recipe, ${name}`);
    await sh('rm', ['-rf', '--one-file-system', folder]);
  }
}

function filesBelow(folder: string, prefix = ''): string[] {
  const entries = readdirSync(join(folder, prefix), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(prefix, entry.name);
    return entry.isDirectory() ? filesBelow(folder, path) : [path];
  });
}
