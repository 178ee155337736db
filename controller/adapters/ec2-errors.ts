import { MediumError } from '../ports.ts';

/** What EC2 or the SDK said, with what to do about it. The code is kept in the message, because people search for it. */
export function explainEc2(action: string, error: unknown): MediumError {
  if (error instanceof MediumError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const found = advice.find(({ codes }) => codes.test(code));
  const { kind, todo } = found ?? {
    kind: 'protocol' as const,
    todo: 'this answer is not known here; search for the code',
  };
  return new MediumError(kind, `EC2 ${action}: ${code}: ${message.replace(/\.$/, '')}. What to do: ${todo}`, {
    cause: error,
  });
}

interface Advice {
  readonly codes: RegExp;
  readonly kind: MediumError['kind'];
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
    codes:
      /^(AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClientException|MissingAuthenticationToken|OptInRequired|Blocked)$/,
    kind: 'refused',
    todo: 'the credentials are wrong for this region or endpoint, or the clock of this machine is off: check both',
  },
  {
    codes: /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/,
    kind: 'refused',
    todo: 'log in again: the temporary credentials have run out, or the clock of this machine is off',
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
    todo: 'wait and try again: EC2 throttled this account, and went on to after several tries. See who else calls the API in it',
  },
  {
    codes:
      /^(InternalError|InternalFailure|ServiceUnavailable|Unavailable|ServerInternal|InsufficientAddressCapacity)$/,
    kind: 'unreachable',
    todo: 'try again later: the trouble is on the side of EC2',
  },
  {
    codes: /^(PrivateIpAddressLimitExceeded|FilterLimitExceeded|.*LimitExceeded)$/,
    kind: 'refused',
    todo: 'a limit of EC2 is reached: free what is not used, take a larger instance type, or ask AWS for more',
  },
  {
    codes: /^Invalid\w+(ID)?\.NotFound$/,
    // Not refused: it may come right by itself.
    kind: 'protocol',
    todo: 'it does not exist, or does not show yet (EC2 is eventually consistent): look again in a minute, then check the name and the region',
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
    todo: 'check the network way from here to the endpoint; a changing call may have been carried out, and the next pass sees it',
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
