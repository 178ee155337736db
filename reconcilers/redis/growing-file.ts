import type { Tenant } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { info } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';

const setting = 'auto-aof-rewrite-percentage';

/** With this setting at 0, Redis never rewrites its append-only file by itself. It is valid, and fills the disk in the end. */
export function growingFileFindings(subject: Subject, { name, redis }: Tenant): readonly Finding[] {
  if (!redis.appendonly || Number(redis.config[setting] ?? Number.NaN) !== 0) return [];
  const message =
    `the append-only file is never rewritten, and grows with every write until the disk is full and writes are refused: take ${setting} out ` +
    `of redis.config of Tenant ${name} (the default is 100), or run BGREWRITEAOF on each member regularly`;
  const finding = findingsAbout(subject);
  return [finding('AppendOnlyFileGrows', setting, { have: '0', want: 'above 0' }, info(message))];
}
