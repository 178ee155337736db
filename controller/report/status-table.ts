import { pauseText } from '../../reconcilers/shared/paused-documents.ts';
import type { TenantStatus } from '../../reconcilers/shared/tenant-health.ts';

/** Shown if a pair has a public address. */
const publicColumn: Column = ['PUBLIC-ENDPOINT', (one) => one.publicEndpoint];

const narrow: readonly Column[] = [
  ['NAME', (one) => one.name],
  ['READY', (one) => one.ready],
  ['ENDPOINT', (one) => one.endpoint],
  ['MASTER', (one) => one.master],
  ['REPLICAS', (one) => one.replicasInSync],
  ['SENTINELS', (one) => one.sentinelsAgree],
  ['VIP-OWNER', (one) => one.vipOwner],
  ['REASON', reasonOf],
];

const wide: readonly Column[] = [
  ...narrow.slice(0, -1),
  ['EPOCH', (one) => String(one.epoch ?? '?')],
  ['KEYS', (one) => String(one.keys ?? '?')],
  ['REDIS', (one) => one.versions],
  ['VLAN', (one) => String(one.vlan)],
  ['REASON', reasonOf],
  ['MESSAGE', (one) => (one.paused ? `${one.message}; ${pauseText(one.paused)}` : one.message)],
];

/** A pause says nothing about what clients get: that stays as it is. */
function reasonOf({ reason, paused }: TenantStatus): string {
  return paused ? `${reason} (paused)` : reason;
}

type Column = readonly [heading: string, cell: (one: TenantStatus) => string];

/** A tenant a line, under headings, in columns as wide as they must be. */
export function statusTable(tenants: readonly TenantStatus[], format: 'table' | 'wide'): string {
  if (!tenants.length) return 'no tenants are declared\n';
  const all = format === 'wide' ? wide : narrow;
  const isPublic = tenants.some(({ publicEndpoint }) => publicEndpoint !== 'none');
  const columns = isPublic ? all.flatMap((one) => (one[0] === 'ENDPOINT' ? [one, publicColumn] : [one])) : all;
  const rows = [columns.map(([heading]) => heading), ...tenants.map((one) => columns.map(([, cell]) => cell(one)))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}
