import type { Finding } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { act } from '../contract/remedy.ts';
import type { NetworkInterface } from '../facts/ec2/network-interfaces.ts';
import { ec2Step } from '../shared/ec2-tags.ts';
import type { VpcNetworkState } from '../shared/vpc-network.ts';
import { type DesiredInstance, findingOf } from './desired.ts';

/** The network interface of a created instance: in the Cluster's security group alone, checked by EC2 unless a virtual IP is routed to it, and deleted with its instance. */
export function interfaceFindings(
  desired: DesiredInstance,
  { group }: VpcNetworkState,
  nic: NetworkInterface | undefined,
): readonly Finding[] {
  if (!nic) return [];
  const { networkInterfaceId: id, attachmentId } = nic;
  const finding = findingOf(desired);
  const differs = (
    reason: Reason,
    field: string,
    values: { readonly have: string; readonly want: string },
    description: string,
    input: object,
  ): readonly Finding[] => {
    if (values.want === values.have) return [];
    const modify = ec2Step(description, 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: id, ...input });
    return [finding(reason, `${field} of ${id}`, values, act([modify]), [])];
  };
  const groupId = group.state === 'present' ? group.value.id : undefined;
  return [
    ...(groupId === undefined
      ? []
      : differs(
          'SecurityGroupsDiffer',
          'security groups',
          { have: nic.groupIds.join(', '), want: groupId },
          `set ${groupId} as the only security group of ${id} of ${desired.host.name}`,
          { Groups: [groupId] },
        )),
    ...differs(
      desired.overlay ? 'SourceDestCheckEnabled' : 'SourceDestCheckDisabled',
      'source/destination check',
      { have: nic.sourceDestCheck ? 'enabled' : 'disabled', want: desired.overlay ? 'disabled' : 'enabled' },
      `${desired.overlay ? 'disable' : 'enable'} the source/destination check of ${id}`,
      { SourceDestCheck: { Value: !desired.overlay } },
    ),
    ...(attachmentId === undefined
      ? []
      : differs(
          'InterfaceOutlivesInstance',
          'deletion on termination',
          { have: String(nic.deleteOnTermination), want: 'true' },
          `delete ${id} when its instance is terminated`,
          { Attachment: { AttachmentId: attachmentId, DeleteOnTermination: true } },
        )),
  ];
}
