import type { Row } from './row.ts';

export const wrongCredentials =
  /^(AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClientException|MissingAuthenticationToken|IncompleteSignature)$/;
export const expiredCredentials = /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/;
const denied = /^(UnauthorizedOperation|AccessDenied|AccessDeniedException|Client\.UnauthorizedOperation)$/;

/** Credentials, permissions, and the account itself. Source: EC2 API Reference, "Error codes for the Amazon EC2 API". */
export const access: readonly Row[] = [
  {
    codes: denied,
    says: /explicit deny/,
    kind: 'refused',
    means: 'A policy denies this outright, and no permission outweighs that',
    todo: 'ask whoever manages the policy that EC2 names (service control policy, permissions boundary, or one of the user) to except it',
  },
  {
    codes: denied,
    kind: 'refused',
    means: 'The credentials in use lack the IAM permission for this',
    todo: ({ statements = [] }) =>
      statements.length
        ? `attach the policy that \`reconcile iam\` prints: this needs its statement ${statements.join(' or ')}`
        : 'attach the policy that `reconcile iam` prints to whoever these credentials belong to, and pass it the same documents',
  },
  {
    codes: wrongCredentials,
    says: /not authorized for images?|do not have permission/i,
    kind: 'refused',
    means: 'The account may not use this image, or what else EC2 names',
    todo: 'declare an image that is public, shared with this account, or its own',
  },
  {
    codes: wrongCredentials,
    says: /permission to access the specified resource/,
    // What EC2 answers to ReleaseAddress while a NAT gateway has the address.
    kind: 'protocol',
    means: 'Something still uses it, or it belongs to another account',
    todo: 'if EC2 is deleting what uses it, run again in a minute',
  },
  {
    codes: wrongCredentials,
    kind: 'refused',
    means: 'EC2 does not know these credentials',
    todo: 'the credentials are wrong for this region or endpoint, or the clock of this machine is off: check both',
  },
  {
    codes: expiredCredentials,
    kind: 'refused',
    means: 'The temporary credentials have run out, or the clock of this machine is off',
    todo: 'log in again, and they are read again',
  },
  {
    codes: /^(CredentialsProviderError|TokenProviderError)$/,
    kind: 'refused',
    means: 'There are no credentials here',
    todo: 'set AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run on an instance with a role',
  },
  {
    codes: /^PendingVerification$/,
    kind: 'unreachable',
    means: 'AWS verifies the account for this region, which takes minutes, at most four hours',
    todo: 'try again later; AWS writes an e-mail to the account when it is done, and AWS Support helps if it never comes',
  },
  {
    codes: /^Blocked$/,
    kind: 'refused',
    means: 'AWS has blocked the account',
    todo: 'ask AWS Support',
  },
];
