import type { Row } from './row.ts';

/**
 * Why an instance ended: the codes of its StateReason (EC2 API Reference, StateReason), and what a request is refused with for the same
 * cause. KMS: EBS User Guide, "Amazon EBS encryption", and EC2 User Guide, "Instance terminates immediately".
 */
export const ended: readonly Row[] = [
  {
    codes:
      /^(Client\.InvalidKMSKey\b.*|Client\.InvalidKmsKey\b.*|InvalidKMSKey.*|InvalidKmsKey.*|KMS\w*|CustomerKeyHasBeenRevoked)$/i,
    kind: 'refused',
    means: 'The KMS key of the encrypted root volume is disabled, deleted, or not for use by these credentials',
    todo: 'enable the key, and let its key policy allow these credentials kms:CreateGrant, kms:Decrypt and kms:GenerateDataKeyWithoutPlaintext; or choose another key (aws ec2 get-ebs-default-kms-key-id shows the default)',
  },
  {
    codes: /^(Client\.)?InvalidSnapshot(\.NotFound|ID\.Malformed)?$/,
    kind: 'refused',
    means: 'The snapshot behind the image is gone, or is not shared with this account',
    todo: 'declare another `image`, or have its snapshot shared, too',
  },
  {
    codes: /^Client\.InternalError$/,
    kind: 'refused',
    means: 'EC2 could not start it with what was given, most often because it could not read an encrypted volume',
    todo: 'check that the KMS key of the image and of the account (aws ec2 get-ebs-default-kms-key-id) is enabled, and that its key policy allows these credentials kms:CreateGrant and kms:Decrypt',
  },
  {
    codes: /^Client\.UserInitiatedShutdown$/,
    kind: 'refused',
    means: 'Somebody, or a program, stopped or terminated it through the API',
    todo: 'find who in CloudTrail (aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=TerminateInstances)',
  },
  {
    codes: /^Client\.(InstanceInitiatedShutdown|InstanceTerminated)$/,
    kind: 'refused',
    means: 'It shut itself down',
    todo: 'see its console (aws ec2 get-console-output), and what the image does at its first boot',
  },
  {
    codes: /^Server\.(ScheduledStop|Spot\w+)$/,
    kind: 'unreachable',
    means: 'AWS took it back',
    todo: 'nothing: it is created again',
  },
];
