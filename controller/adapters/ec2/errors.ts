import { expiredCredentials, wrongCredentials } from '../../../reconcilers/shared/ec2-answers/access.ts';
import { answerFor, type Ec2Answer } from '../../../reconcilers/shared/ec2-answers/index.ts';
import { TransportError } from '../../transport/errors.ts';
import { NotEc2 } from './not-ec2.ts';

/** A call that failed. */
export interface FailedCall {
  readonly action: string;
  readonly input?: object | undefined;
  /** Whose call it is, if not EC2's. */
  readonly api?: string | undefined;
}

/** What is known about the Cluster, for the advice. */
export interface Ec2Surroundings {
  readonly region: string;
  /** Zones of the Cluster's subnets. */
  readonly zones?: readonly string[];
  /** The statements of `reconcile iam` that allow an action (`ec2:RunInstances`) on a resource (an ARN, if it is known). */
  readonly statementsFor?: (action: string, resource: string | undefined) => readonly string[];
}

/** An error of EC2 or the SDK, with what it means and what to do. The code is kept in the message, so that it can be searched for. */
export function explainEc2(call: FailedCall, error: unknown, surroundings: Ec2Surroundings): TransportError {
  if (error instanceof TransportError) return error;
  const code = codeOf(error);
  const said = withoutCipher(error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
  const answer = error instanceof NotEc2 ? notEc2(error) : answerOf(call, code, said, surroundings);
  const { kind, means, todo } = call.api === undefined ? answer : answerOfOther(call.api, answer);
  return new TransportError(
    kind,
    `${call.api ?? 'EC2'} ${call.action}: ${code}: ${said}. ${means}. What to do: ${todo}`,
    {
      cause: error,
    },
  );
}

/** Whether EC2 refused the credentials themselves: those that have run out, too. */
export function refusesCredentials(error: unknown): boolean {
  const code = codeOf(error);
  return wrongCredentials.test(code) || expiredCredentials.test(code);
}

function answerOf({ action, input = {} }: FailedCall, code: string, said: string, around: Ec2Surroundings): Ec2Answer {
  const { region, zones, statementsFor } = around;
  const { InstanceType: type, ImageId: image, BlockDeviceMappings: [volume] = [] } = input as LaunchInput;
  // A call may need permission for another action than its own, such as iam:PassRole.
  const [, denied = `ec2:${action}`] = /not authorized to perform: (\w+:\w+)/.exec(said) ?? [];
  const statements = statementsFor?.(denied, /on resource: (\S+)/.exec(said)?.[1]);
  const about = { code, said, region, zones, type, image, volumeType: volume?.Ebs?.VolumeType, statements };
  return (
    answerFor(about) ?? {
      kind: 'protocol',
      means: 'This answer is not known here',
      todo: 'search for the code in the EC2 API Reference ("Error codes")',
    }
  );
}

/** The table speaks of EC2, and of where its endpoint is declared. */
function answerOfOther(api: string, { kind, means, todo }: Ec2Answer): Ec2Answer {
  const again = `run again from where ${api} can be reached`;
  return { kind, means: means.replaceAll('EC2', api), todo: kind === 'refused' ? todo : again };
}

interface LaunchInput {
  readonly InstanceType?: string;
  readonly ImageId?: string;
  readonly BlockDeviceMappings?: readonly { readonly Ebs?: { readonly VolumeType?: string } }[];
}

function notEc2({ status }: NotEc2): Ec2Answer {
  const kind = status >= 500 ? 'unreachable' : status === 403 || status === 407 ? 'refused' : 'protocol';
  const todo =
    'check the way from here to EC2: HTTPS_PROXY and NO_PROXY, the proxy or load balancer on it, spec.aws.endpoint; a changing call may have been carried out';
  return { kind, means: 'What answered was not EC2, but something on the way', todo };
}

/** EC2 appends hundreds of characters that only `aws sts decode-authorization-message` reads, and that differ from call to call. */
function withoutCipher(message: string): string {
  return message.replace(/\.?\s*Encoded authorization failure message: \S+/, '');
}

/** The API's error code is the SDK error's `name`; Node's is in `code`, and the SDK calls a connection reset a TimeoutError. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^E[A-Z_]+$/.test(code) ? code : error.name;
}
