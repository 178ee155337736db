import { Ec2Error, invalidValue } from './errors.ts';
import { flag, type Parameters } from './query.ts';
import type { Volume } from './state.ts';

/**
 * The settings of a new volume. Which type takes which of them: EC2 API Reference, EbsBlockDevice. The messages are the lab's own, since EC2's
 * are not documented.
 */
export function volumeSettings(ebs: Parameters): Pick<Volume, 'type' | 'encrypted' | 'kmsKey' | 'iops' | 'throughput'> {
  const type = ebs.get('Ebs.VolumeType') ?? 'gp3';
  const iops = numberOf(ebs, 'Ebs.Iops');
  const throughput = numberOf(ebs, 'Ebs.Throughput');
  const encrypted = flag(ebs, 'Ebs.Encrypted');
  const kmsKey = ebs.get('Ebs.KmsKeyId');
  if (!/^(gp2|gp3|io1|io2|st1|sc1|standard)$/.test(type)) throw invalidValue(`Invalid volume type '${type}'.`);
  const provisioned = type === 'io1' || type === 'io2';
  if (iops === undefined && provisioned)
    throw new Ec2Error('MissingParameter', `The parameter iops must be specified for ${type} volumes.`);
  if (iops !== undefined && !provisioned && type !== 'gp3') throw notFor('iops', type);
  if (throughput !== undefined && type !== 'gp3') throw notFor('throughput', type);
  if (kmsKey !== undefined && !encrypted)
    throw new Ec2Error(
      'InvalidParameterDependency',
      'The parameter KmsKeyId requires the parameter Encrypted to be set.',
    );
  const gp3 = type === 'gp3';
  return {
    type,
    encrypted,
    kmsKey,
    iops: iops ?? (gp3 ? 3000 : undefined),
    throughput: throughput ?? (gp3 ? 125 : undefined),
  };
}

function notFor(parameter: string, type: string): Ec2Error {
  return new Ec2Error(
    'InvalidParameterCombination',
    `The parameter ${parameter} is not supported for ${type} volumes.`,
  );
}

function numberOf(parameters: Parameters, name: string): number | undefined {
  const text = parameters.get(name);
  return text === undefined ? undefined : Number(text);
}
