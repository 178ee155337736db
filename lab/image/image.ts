import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sh } from '../daemon/shell.ts';
import { withLock } from '../namespace/lock.ts';
import { imagesOf, isAlive, labNames, readRecord } from '../namespace/record.ts';
import { asset, cachePaths } from '../paths.ts';

/**
 * The images of hosts: with everything that the fleet needs, or a bare system with a package repository (assets/image/build.sh); or one that
 * looks like a bare CentOS 6 (assets/centos-6).
 */
export const PREPARED = 'debian-12-prepared';
const BARE = 'debian-12-bare';
const BARE_13 = 'debian-13-bare';
export const flavours = [PREPARED, BARE, 'centos-6-bare', BARE_13] as const;
export type Flavour = (typeof flavours)[number];
/** The images of a lab with an empty account. Others are built only if `--image` names them. */
export const usualFlavours: readonly Flavour[] = [PREPARED, BARE, 'centos-6-bare'];

/**
 * The root file system of a flavour, built if this recipe has not been built yet (about 40 s). Each recipe has its own folder, so that a
 * running lab keeps its image while a new one is built.
 */
export async function ensureImage(flavour: Flavour, say: (line: string) => void): Promise<string> {
  const folder = imageFolder(flavour);
  if (!existsSync(folder)) {
    if (flavour === 'centos-6-bare') await ensureImage(BARE, say);
    await withLock('image', 900, async () => {
      if (existsSync(folder)) return;
      await build(folder, flavour, say);
      await removeUnused(say);
    });
  }
  return join(folder, 'rootfs');
}

function imageFolder(flavour: Flavour): string {
  return join(cachePaths().images, flavour === PREPARED ? recipeFingerprint() : `${recipeFingerprint()}-${flavour}`);
}

/** The flavour of an image by its path, for any recipe. */
export function flavourOf(image: string): string {
  const [, flavour] = /^[^-]*-(.+)$/.exec(basename(dirname(image))) ?? [];
  return flavour ?? PREPARED;
}

/** A fingerprint of everything that determines the image's contents. */
export function recipeFingerprint(): string {
  const hash = createHash('sha256').update(process.arch);
  for (const part of ['image', 'openvz', 'centos-6'])
    for (const file of filesBelow(asset(part)))
      hash
        .update(`${part}/${file}\0`)
        .update(readFileSync(join(asset(part), file)))
        .update('\0');
  return hash.digest('hex').slice(0, 16);
}

async function build(folder: string, flavour: Flavour, say: (line: string) => void): Promise<void> {
  const started = Date.now();
  say(`building the image for ${flavour} hosts (once; it is cached)`);
  mkdirSync(cachePaths().images, { recursive: true, mode: 0o700 });
  // We hold the lock, so the builds that created these are dead.
  const stale = readdirSync(cachePaths().images).filter((name) => name.includes('.draft'));
  for (const name of stale) await sh('rm', ['-rf', '--one-file-system', join(cachePaths().images, name)]);
  // A fresh folder, so that no build continues another one.
  const draft = mkdtempSync(`${folder}.draft-`);
  if (flavour === 'centos-6-bare')
    await runBuild(asset('centos-6', 'build.sh'), draft, join(imageFolder(BARE), 'rootfs'));
  else {
    // All images share one container template.
    const templates = flavours.map((one) => join(imageFolder(one), 'rootfs/srv/templates/redis-bookworm.tar.gz'));
    await runBuild(asset('image', 'build.sh'), draft, flavour, ...templates.filter(existsSync).slice(0, 1));
  }
  renameSync(draft, folder);
  say(`the image is built (${Math.round((Date.now() - started) / 1000)} s)`);
}

/** Runs a build script on `draft`. However the script or this process ends (time limit, SIGKILL), none of its processes and mounts remain. */
export async function runBuild(script: string, draft: string, ...words: readonly string[]): Promise<void> {
  const alone = ['unshare', '--mount-proc', '--pid', '--fork', '--kill-child', 'sh', script, draft, ...words];
  await sh('setpriv', ['--pdeathsig', 'KILL', ...alone], { timeoutMs: 900_000 });
}

/** Removes the images of older recipes that no running lab uses. */
async function removeUnused(say: (line: string) => void): Promise<void> {
  const alive = labNames()
    .map(readRecord)
    .filter((record) => record !== undefined && isAlive(record));
  for (const name of readdirSync(cachePaths().images)) {
    const folder = join(cachePaths().images, name);
    if (
      name.startsWith(recipeFingerprint()) ||
      alive.some((record) => record && imagesOf(record).some((image) => image.startsWith(`${folder}/`)))
    )
      continue;
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
