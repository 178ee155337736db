export function permissionDenied(action: string, statements: readonly string[], words: string): string {
  const where = statements.length ? `, which has it in ${statements.join(', ')}` : '';
  return `EC2 would refuse ${action} (${words}); apply would end there. Give the credentials the policy of \`reconcile iam --for operator\`${where}`;
}

export const permissionsNotTried =
  'EC2 checks a permission only with a call that could be made now. These come later, or have no dry run: compare with `reconcile iam --for operator`, and run check again once the network exists';
