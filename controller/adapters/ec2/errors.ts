import { TransportError } from '../../transport/errors.ts';

/** An error of EC2 or the SDK, with what to do about it. The code is kept in the message, so that it can be searched for. */
export function explainEc2(action: string, error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const found = advice.find(({ codes }) => codes.test(code));
  const { kind, todo } = found ?? {
    kind: 'protocol' as const,
    todo: 'this answer is not known here; search for the code',
  };
  return new TransportError(kind, `EC2 ${action}: ${code}: ${message.replace(/\.$/, '')}. What to do: ${todo}`, {
    cause: error,
  });
}

/** Whether EC2 refused the credentials themselves: those that have run out, too. */
export function refusesCredentials(error: unknown): boolean {
  const code = codeOf(error);
  return wrongCredentials.test(code) || expiredCredentials.test(code);
}

const wrongCredentials =
  /^(AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClientException|MissingAuthenticationToken)$/;
const expiredCredentials = /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/;

interface Advice {
  readonly codes: RegExp;
  readonly kind: TransportError['kind'];
  readonly todo: string;
}

/** First match wins. Codes from the EC2 API's "Error codes" page; the last ones are the SDK's and Node's own. */
const advice: readonly Advice[] = [
  {
    codes: /^(UnauthorizedOperation|AccessDenied|AccessDeniedException|Client\.UnauthorizedOperation)$/,
    kind: 'refused',
    todo: 'give the credentials in use the IAM permission for this action',
  },
  {
    codes: wrongCredentials,
    kind: 'refused',
    todo: 'the credentials are wrong for this region or endpoint, or the clock of this machine is off: check both',
  },
  {
    codes: expiredCredentials,
    kind: 'refused',
    todo: 'log in again, and they are read again: the temporary credentials have run out, or the clock of this machine is off',
  },
  {
    codes: /^(CredentialsProviderError|TokenProviderError)$/,
    kind: 'refused',
    todo: 'set AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run on an instance with a role',
  },
  {
    codes:
      /^(RequestLimitExceeded|EC2ThrottledException|Throttling|ThrottlingException|TooManyRequestsException|SlowDown)$/,
    kind: 'unreachable',
    todo: 'wait and try again: EC2 throttled this account, even after several tries. Find out what else calls the API in it',
  },
  {
    codes:
      /^(InternalError|InternalFailure|ServiceUnavailable|Unavailable|ServerInternal|InsufficientAddressCapacity)$/,
    kind: 'unreachable',
    todo: 'try again later: the problem is on the side of EC2',
  },
  {
    codes: /^Insufficient(Instance|Host|ReservedInstance|Volume)Capacity$/,
    kind: 'unreachable',
    todo: 'EC2 has too few of this instance type in this zone now: try again later, or declare another type, or a subnet in another zone',
  },
  {
    codes: /^PendingVerification$/,
    kind: 'unreachable',
    todo: 'AWS verifies the account for this region, which takes minutes, at most four hours: try again later',
  },
  {
    codes: /^InsufficientFreeAddressesInSubnet$/,
    kind: 'refused',
    todo: 'the subnet has no free address: release some, or declare a larger subnet',
  },
  {
    codes: /^(VcpuLimitExceeded|InstanceLimitExceeded|MaxSpotInstanceCountExceeded)$/,
    kind: 'refused',
    todo: 'the account may run no more instances of this family here: stop others, or request a higher quota ("Running On-Demand instances" in Service Quotas)',
  },
  {
    codes: /^OptInRequired$/,
    kind: 'refused',
    todo: 'the account has not subscribed to this image or region: accept the terms of the image in AWS Marketplace, or enable the region in the account',
  },
  {
    codes: /^Blocked$/,
    kind: 'refused',
    todo: 'AWS has blocked the account: ask AWS Support',
  },
  {
    codes: /^InvalidIPAddress\.InUse$/,
    // Not refused: a call whose answer was lost may have created it.
    kind: 'protocol',
    todo: 'the address is in use: if an earlier call created the host and its answer was lost, the next pass sees it; else the next pass shows what has it',
  },
  {
    codes: /^IdempotentParameterMismatch$/,
    kind: 'refused',
    todo: 'the same request was made within the last day with other values: put the former values back, or wait until the next day',
  },
  {
    codes: /^(PrivateIpAddressLimitExceeded|FilterLimitExceeded|.*LimitExceeded)$/,
    kind: 'refused',
    todo: 'a limit of EC2 is reached: free what is not used, take a larger instance type, or request a higher quota from AWS',
  },
  {
    codes: /^Invalid\w+(ID)?\.NotFound$/,
    // Not refused: it may come right by itself.
    kind: 'protocol',
    todo: 'it does not exist, or does not show yet (EC2 is eventually consistent): try again in a minute, then check the name and the region',
  },
  {
    codes:
      /^(Invalid|Missing|Malformed|Unknown|Unsupported|Incorrect|UnsupportedOperation|OperationNotPermitted|Validation)/,
    kind: 'refused',
    todo: 'correct the value in the documents; if it is not from there, this is a bug',
  },
  {
    codes: /^(TimeoutError|RequestTimeout|ETIMEDOUT)$/,
    kind: 'timeout',
    todo: 'check the network path from here to the endpoint; a changing call may have been carried out, and the next pass sees it',
  },
  {
    codes: /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|NetworkingError)$/,
    kind: 'unreachable',
    todo: 'check spec.aws.endpoint, spec.aws.region and the network from here; a changing call may have been carried out',
  },
];

/** The API's error code is the SDK error's `name`; Node's is in `code`, and the SDK calls a connection reset a TimeoutError. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^E[A-Z_]+$/.test(code) ? code : error.name;
}
