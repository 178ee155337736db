import type { EC2Client } from '@aws-sdk/client-ec2';

/** Reads the credentials again; resolves to whether they are others now. */
export type RenewCredentials = (client: EC2Client) => Promise<boolean>;

/** A pass makes all its calls within a shorter time than this, so that it reads them at most once. */
const leastMs = 5_000;

/**
 * The SDK keeps credentials without an expiry for ever, and what it read from the shared files too: whoever renews those files, as an agent or
 * `aws sso login` does, is not noticed. So they are read again once EC2 has refused them; calls that are refused meanwhile share the result.
 */
export function credentialRenewal(now: () => number = Date.now): RenewCredentials {
  let last: { readonly at: number; readonly changed: Promise<boolean> } | undefined;
  return (client) => {
    if (last === undefined || now() - last.at >= leastMs) last = { at: now(), changed: renew(client) };
    return last.changed;
  };
}

/** That there are none now is not the answer to the call, which was refused. */
async function renew({ config }: EC2Client): Promise<boolean> {
  try {
    const before = await config.credentials();
    const after = await config.credentials({ forceRefresh: true });
    return (['accessKeyId', 'secretAccessKey', 'sessionToken'] as const).some((name) => before[name] !== after[name]);
  } catch {
    return false;
  }
}

/** Of the client's configuration, which the SDK passes to its credential providers: shared files are read whenever credentials are. */
export const readFilesAgain: object = { ignoreCache: true };
