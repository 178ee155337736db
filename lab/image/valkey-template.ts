import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock } from '../namespace/lock.ts';
import { asset, cachePaths } from '../paths.ts';
import { PREPARED, runBuild } from './image.ts';
import { ensurePackages } from './packages.ts';

/**
 * The second container template, with Valkey of Debian 13's packages: the path of its tarball on this machine. It is built if this recipe has
 * not been built yet (about 40 s). It is in no image of a host: the documents bring it, with `spec.runtime.template.from.file`.
 */
export async function ensureValkeyTemplate(say: (line: string) => void): Promise<string> {
  const script = asset('valkey-template', 'build.sh');
  const recipe = createHash('sha256').update(process.arch).update(readFileSync(script)).digest('hex').slice(0, 16);
  const folder = join(dirname(cachePaths().images), 'valkey-template', recipe);
  if (!existsSync(folder))
    await withLock('image', 900, async () => {
      if (existsSync(folder)) return;
      say('building the template with Valkey (once; it is cached)');
      await ensurePackages([PREPARED], say);
      mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
      const draft = mkdtempSync(`${folder}.draft-`);
      await runBuild(script, draft);
      renameSync(draft, folder);
    });
  return join(folder, 'template.tar.gz');
}
