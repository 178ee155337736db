import type { RuntimeTemplate, TemplateSource } from '../fleet.ts';
import type { ClusterEntry } from '../load/declared.ts';

type Declared = ClusterEntry['body']['spec']['runtime']['template'];

/** The template with its path on the hosts. `region`: the Cluster's, where the bucket has none of its own. */
export function resolveTemplate(declared: Declared, region: string): RuntimeTemplate {
  const { name, sha256, tarball } = declared;
  const from = declared.from && sourceOf(declared.from, region);
  // The ending matters: vzctl looks for a template by its name and ending.
  const path = tarball ?? `/var/lib/ec2-redis-operator/templates/${name}${endingOf(from)}`;
  return { name, tarball: path, sha256, from };
}

function sourceOf({ build, file, url, s3 }: NonNullable<Declared['from']>, region: string): TemplateSource | undefined {
  if (build) return { build };
  if (file !== undefined) return { file };
  if (url !== undefined) return { url };
  return s3 && { s3: { region, ...s3 } };
}

function endingOf(from: TemplateSource | undefined): string {
  const name =
    from &&
    ('file' in from ? from.file : 'url' in from ? from.url.replace(/[?#].*$/, '') : 's3' in from && from.s3.key);
  return /\.tar\.(bz2|xz)$/.exec(name || '')?.[0] ?? '.tar.gz';
}
