import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lab, must } from './lab.ts';

/** The resources in the account of the lab that were created, by kind: `vpcs`, `subnets` … */
export type Account = Readonly<Record<string, readonly Resource[]>>;

interface Resource {
  readonly id: string;
  readonly state: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Read from the EC2 API, on the operator's machine. Terminated instances are left out. */
export async function accountOf(lab: Lab): Promise<Account> {
  const { out } = await must(lab.run([process.execPath, 'test/e2e/support/account.mjs']));
  return JSON.parse(out) as Account;
}

/** Edits the Cluster's document in place. */
export function editCluster(lab: Lab, from: string | RegExp, to: string): void {
  edit(lab, 'cluster.yaml', from, to);
}

/** Edits a Tenant's document in place. */
export function editTenant(lab: Lab, tenant: string, from: string | RegExp, to: string): void {
  edit(lab, `tenant-${tenant}.yaml`, from, to);
}

export function edit(lab: Lab, name: string, from: string | RegExp, to: string): void {
  const file = join(lab.documents, name);
  const text = readFileSync(file, 'utf8');
  const edited = text.replace(from, () => to);
  if (edited === text) throw new Error(`${name} has no ${from} to edit`);
  writeFileSync(file, edited);
}

export type Ec2Call = readonly [action: string, parameters: object];

/** Calls the EC2 API in sequence, on the operator's machine: the responses, or `{ refused: 'Code: message' }`. */
export async function callEc2<Answer extends object>(
  lab: Lab,
  ...all: readonly Ec2Call[]
): Promise<readonly (Answer & { readonly refused?: string })[]> {
  const script = all.map((call) => `${JSON.stringify(call)}\n`).join('');
  const { out } = await must(lab.run([process.execPath, 'test/e2e/support/ec2.mjs'], script));
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}
