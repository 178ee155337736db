import type { DryRun } from '../../../reconcilers/operations/operation.ts';
import { TransportError } from '../../transport/errors.ts';
import type { DryRunPort } from '../../transport/io.ts';
import { callOf } from './calls.ts';
import { called, type Ec2Session } from './ec2.ts';

/** These have no DryRun, and would be carried out. Source: EC2 API Reference. */
const withoutDryRun: readonly string[] = [
  'AssignPrivateIpAddresses',
  'UnassignPrivateIpAddresses',
  'ModifyVpcAttribute',
];

/** Makes a changing call with DryRun, which EC2 answers with an error in either case. Rejects with a TransportError if it says neither. */
export function dryRunEc2(session: Ec2Session): DryRunPort {
  return ({ action, input }) => {
    if (withoutDryRun.includes(action)) return Promise.resolve({ result: 'not-tried', message: '' });
    return called(session, action, async ({ module, client }) => {
      const answer = await callOf(module, client, { action, input: { ...input, DryRun: true } }).catch(verdictOf);
      if (typeof answer === 'object' && answer !== null && 'result' in answer) return answer as DryRun;
      throw new TransportError(
        'protocol',
        `EC2 ${action}: the endpoint does not know DryRun, and may have carried it out`,
      );
    });
  };
}

function verdictOf(error: unknown): DryRun {
  if (!(error instanceof Error)) throw error;
  if (error.name === 'DryRunOperation') return { result: 'allowed', message: error.message };
  // At its end it has an encoded message of thousands of characters.
  const [message = ''] = error.message.split(/ ?Encoded authorization failure message/);
  if (error.name === 'UnauthorizedOperation') return { result: 'denied', message };
  throw error;
}
