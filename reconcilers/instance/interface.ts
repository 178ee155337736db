import { act, type Drift, type Remedy } from '../drift.ts';
import { ec2Step } from '../ec2-tags.ts';
import type { GroundSight } from '../ground.ts';
import type { AddressOwner } from '../questions/address-owner.ts';
import { type DesiredInstance, finding } from './desired.ts';

/** The network interface of an instance of ours: in our group alone, checked by EC2, and gone with its instance. */
export function interfaceDrift(
  desired: DesiredInstance,
  { group }: GroundSight,
  card: AddressOwner | undefined,
): readonly Drift[] {
  if (!card) return [];
  const id = card.networkInterfaceId;
  const modify = (says: string, input: object): Remedy =>
    act([ec2Step(says, 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: id, ...input })]);
  const differs = (field: string, want: string, have: string, remedy: Remedy): readonly Drift[] =>
    want === have ? [] : [finding(desired, `${field} of ${id}`, want, have, remedy, [])];
  const groupId = group.state === 'there' ? group.value.id : undefined;
  const goes = { Attachment: { AttachmentId: card.attachmentId ?? '', DeleteOnTermination: true } };
  return [
    ...(groupId === undefined
      ? []
      : differs(
          'security groups',
          groupId,
          card.groupIds.join(', '),
          modify(`put ${id} of ${desired.host.name} into ${groupId} alone`, { Groups: [groupId] }),
        )),
    ...differs(
      'source/dest check',
      'on',
      card.sourceDestCheck ? 'on' : 'off',
      modify(`turn the source/dest check of ${id} on`, { SourceDestCheck: { Value: true } }),
    ),
    ...(card.attachmentId === undefined
      ? []
      : differs(
          'end',
          'with its instance',
          card.deleteOnTermination ? 'with its instance' : 'never',
          modify(`let ${id} go with its instance`, goes),
        )),
  ];
}
