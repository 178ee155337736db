import { type Quota, raise } from '../shared/ec2-answers/quotas.ts';

export function permissionDenied(action: string, statements: readonly string[], words: string): string {
  const where = statements.length ? `, which has it in ${statements.join(', ')}` : '';
  return `EC2 would refuse ${action} (${words}); apply would end there. Give the credentials the policy of \`reconcile iam --for operator\`${where}`;
}

export const permissionsNotTried =
  'EC2 checks a permission only with a call that could be made now. These come later, or have no dry run: compare with `reconcile iam --for operator`, and run check again once the network exists';

/** `limit`, `used` and `needed` in the unit of the quota: vCPUs, addresses, VPCs. */
export function quotaTooSmall(
  quota: Quota,
  region: string,
  { limit, used, needed }: { readonly limit: number; readonly used: number; readonly needed: number },
): string {
  return `the quota "${quota.name}" (${quota.code}) of the account in ${region} is ${limit}, ${used} are in use, and apply needs ${needed} more: EC2 would refuse them, and apply would end there. What to do: ${raise(quota, region, used + needed)}`;
}

export function quotaNotChecked(reasons: readonly string[]): string {
  return `whether the quotas of the account are enough was not checked, which keeps nothing from being applied: ${reasons.join('; ')}`;
}
