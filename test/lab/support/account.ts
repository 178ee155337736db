import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lab, must } from './lab.ts';

/** Everything in the lab's account but what came with it, by kind: `vpcs`, `subnets` … */
export type Account = Readonly<Record<string, readonly Thing[]>>;

interface Thing {
  readonly id: string;
  readonly state: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Asks the EC2 API itself, on the operator's machine; what is terminated is gone. */
export async function accountOf(lab: Lab): Promise<Account> {
  const { out } = await must(lab.run([process.execPath, 'test/lab/support/account.mjs']));
  return JSON.parse(out) as Account;
}

/** Edits the Cluster's document in place. */
export function editCluster(lab: Lab, from: string | RegExp, to: string): void {
  const file = join(lab.documents, 'cluster.yaml');
  const text = readFileSync(file, 'utf8');
  const edited = text.replace(from, () => to);
  if (edited === text) throw new Error(`the Cluster has no ${from} to edit`);
  writeFileSync(file, edited);
}

export type Ec2Call = readonly [action: string, parameters: object];

/** Calls the EC2 API in turn, on the operator's machine: what was answered, or `{ refused: 'Code: message' }`. */
export async function callEc2<Answer extends object>(
  lab: Lab,
  ...all: readonly Ec2Call[]
): Promise<readonly (Answer & { readonly refused?: string })[]> {
  const script = all.map((call) => `${JSON.stringify(call)}\n`).join('');
  const { out } = await must(lab.run([process.execPath, 'test/lab/support/ec2.mjs'], script));
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}
