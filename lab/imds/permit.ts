import { Ec2Error } from '../ec2/errors.ts';
import type { ActiveFault } from '../faults/active-fault.ts';
import { isDenied } from '../faults/api.ts';
import { ACCOUNT_ID } from '../topology.ts';
import type { RoleOwner } from './credentials.ts';

/** What the roles of the account's instance profiles may do. The lab has no IAM; this is the policy of every role. */
const ROLES_MAY = /^(Describe\w+|AssignPrivateIpAddresses|UnassignPrivateIpAddresses|CreateRoute|ReplaceRoute)$/;

/** Throws EC2's UnauthorizedOperation if a host's role may not do this, or not any more (`faults`). The operator (`owner` undefined) may do anything. */
export function permit(owner: RoleOwner | undefined, action: string, faults: readonly ActiveFault[]): void {
  if (owner === undefined || (ROLES_MAY.test(action) && !isDenied(faults, owner.host, action))) return;
  const user = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${owner.role}/${owner.host.instanceId}`;
  throw new Ec2Error(
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. User: ${user} is not authorized to perform: ec2:${action} because no identity-based policy allows the ec2:${action} action.`,
    403,
  );
}
