import type { Engine } from '../reconcilers/facts/engine.ts';
import { digest } from '../renderers/lib/text.ts';

/** The engine of a template, by the digest of its tarball. */
export function engineOf(template: string): Engine {
  return engines[template] ?? { name: 'redis', version: '7.0.15' };
}

/** Templates with other engines, by a name: each tarball has the digest of its text. */
export const engineTemplates = {
  valkey: 'template with Valkey 8',
  redis8: 'template with Redis 8',
  unknown: 'template with a version that nobody knows',
} as const;

const engines: Readonly<Record<string, Engine>> = {
  [digest(engineTemplates.valkey)]: { name: 'valkey', version: '8.1.1' },
  [digest(engineTemplates.redis8)]: { name: 'redis', version: '8.0.3' },
  [digest(engineTemplates.unknown)]: { name: 'valkey', version: '99.0.0' },
};

/** INFO server, of its version. */
export function versionLines({ name, version }: Engine): string {
  return name === 'redis' ? `redis_version:${version}\r\n` : `redis_version:7.2.4\r\nvalkey_version:${version}\r\n`;
}
