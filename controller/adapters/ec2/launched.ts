import { TransportError } from '../../transport/errors.ts';

/** The parts of an answer to RunInstances that are read. */
interface Launched {
  readonly Instances?: readonly {
    readonly InstanceId?: string;
    readonly State?: { readonly Name?: string };
    readonly StateReason?: { readonly Message?: string };
  }[];
}

/**
 * Rejects an answer to RunInstances that is not a new instance: for at least a day EC2 answers a client token that was used with the
 * instance of that time, even if it has ended, and no longer shows it after an hour. Source: EC2 API Reference, "Ensuring idempotency".
 */
export function checkLaunched(answer: Launched): void {
  const [{ InstanceId, State, StateReason } = {}] = answer.Instances ?? [];
  if (State?.Name !== 'shutting-down' && State?.Name !== 'terminated') return;
  const why = StateReason?.Message ?? 'EC2 gives no reason';
  throw new TransportError(
    'refused',
    `EC2 RunInstances: no new instance: the answer is ${InstanceId}, which an earlier request started and which has ended (${why}). What to do: correct what ended it, and delete its network interface (aws ec2 delete-network-interface); the next pass creates both`,
  );
}
