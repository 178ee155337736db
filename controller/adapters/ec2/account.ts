import { TransportError } from '../../transport/errors.ts';

/** Keeps calls within the declared account. Its errors are TransportErrors. */
export interface AccountGuard {
  /** An answer names the account that owns what is in it. */
  saw(action: string, owner: string | undefined): void;
  /** Before a call that changes something. Asks EC2 only if no answer has named the account yet. */
  beforeChange(action: string, ask: () => Promise<string | undefined>): Promise<void>;
  /** The credentials are others now. */
  forget(): void;
}

/** `expected`: spec.aws.accountId; undefined: any account will do. */
export function accountGuard(expected: string | undefined): AccountGuard {
  let known = expected === undefined;
  const saw: AccountGuard['saw'] = (action, owner) => {
    if (expected === undefined || owner === undefined) return;
    if (owner !== expected) throw new TransportError('refused', otherAccount(action, owner, expected));
    known = true;
  };
  return {
    saw,
    beforeChange: async (action, ask) => {
      if (known) return;
      saw(action, await ask());
      if (!known) throw new TransportError('refused', unknownAccount(action, expected ?? ''));
    },
    forget: () => {
      known = expected === undefined;
    },
  };
}

function otherAccount(action: string, owner: string, expected: string): string {
  return `EC2 ${action}: the credentials are of account ${owner}, and spec.aws.accountId is ${expected}. Nothing is changed in the other account. What to do: use credentials of ${expected} (spec.aws.profile, spec.aws.assumeRole or AWS_PROFILE), or correct spec.aws.accountId`;
}

function unknownAccount(action: string, expected: string): string {
  return `EC2 ${action}: not called, because EC2 does not show whether the credentials are of account ${expected}: the account has no VPC in this region. What to do: set AWS_ACCOUNT_ID to the account of these credentials (aws sts get-caller-identity), or leave out spec.aws.accountId until the VPC exists`;
}
