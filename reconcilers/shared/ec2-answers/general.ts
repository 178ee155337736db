import { quotaOf, raise } from './quotas.ts';
import type { Row } from './row.ts';

/** Limits, and what any call may be answered. Source: EC2 API Reference, "Error codes for the Amazon EC2 API". The last rows are codes of the SDK and of Node. */
export const general: readonly Row[] = [
  {
    codes:
      /^(RequestLimitExceeded|EC2ThrottledException|Throttling|ThrottlingException|TooManyRequestsException|SlowDown)$/,
    kind: 'unreachable',
    means: 'EC2 throttled this account, even after several tries',
    todo: 'wait and try again, and find out what else calls the API in this account',
  },
  {
    codes:
      /^(Server\.InternalError|InternalError|InternalFailure|ServiceUnavailable|Unavailable|ServerInternal|InsufficientAddressCapacity)$/,
    kind: 'unreachable',
    means: 'The problem is on the side of EC2',
    todo: 'try again later; if it lasts, see the AWS Health Dashboard',
  },
  {
    codes: new RegExp(`^(${Object.keys(quotaOf).join('|')})$`),
    kind: 'refused',
    means: 'The account has as many of these as its quota allows',
    todo: ({ code, region }) => raise(quotaOf[code as keyof typeof quotaOf], region),
  },
  {
    codes: /^(PrivateIpAddressLimitExceeded|AttachmentLimitExceeded)$/,
    kind: 'refused',
    means: 'The instance type allows no more of these on one instance',
    todo: 'free what is not used there, or take a larger instance type: this limit is part of the type, and no quota raises it',
  },
  {
    codes: /LimitExceeded$/,
    kind: 'refused',
    means: 'A limit of EC2 is reached',
    todo: 'free what is not used, or request a higher quota in Service Quotas',
  },
  {
    codes: /^DependencyViolation$/,
    // Not refused: what uses it may be going.
    kind: 'protocol',
    means: 'Something still uses it',
    todo: 'delete or detach what uses it, if it is not needed; a network interface of an instance that was terminated goes by itself',
  },
  {
    codes: /^InvalidIPAddress\.InUse$/,
    // Not refused: a call whose answer was lost may have created it.
    kind: 'protocol',
    means: 'The address is in use',
    todo: 'if an earlier call created the host and its answer was lost, the next pass sees it; else the next pass shows what has it',
  },
  {
    codes: /^IdempotentParameterMismatch$/,
    kind: 'refused',
    means: 'The same request was made within the last day with other values',
    todo: 'put the former values back, or wait until the next day',
  },
  {
    codes: /^Invalid\w+(ID)?\.NotFound$/,
    // Not refused: it may come right by itself.
    kind: 'protocol',
    means: 'It does not exist, or does not show yet (EC2 is eventually consistent)',
    todo: 'try again in a minute, then check the name and the region',
  },
  {
    codes:
      /^(Invalid|Missing|Malformed|Unknown\w|Unsupported|Incorrect|UnsupportedOperation|OperationNotPermitted|Validation)/,
    kind: 'refused',
    means: 'EC2 does not accept this value',
    todo: 'correct the value in the documents; if it is not from there, this is a bug',
  },
  {
    codes: /^NoSuchResourceException$/,
    kind: 'refused',
    means: 'Service Quotas has no value of this quota for the account in this region',
    todo: 'look it up in the Service Quotas console',
  },
  {
    codes: /^(TimeoutError|RequestTimeout|ETIMEDOUT)$/,
    kind: 'timeout',
    means: 'No answer came in time',
    todo: 'check the network path from here to the endpoint; a changing call may have been carried out, and the next pass sees it',
  },
  {
    codes: /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|NetworkingError)$/,
    kind: 'unreachable',
    means: 'EC2 was not reached',
    todo: 'check spec.aws.endpoint, spec.aws.region and the network from here; a changing call may have been carried out',
  },
];
