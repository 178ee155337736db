import type { EC2Client, EC2ClientConfig } from '@aws-sdk/client-ec2';
import { TransportError } from '../../transport/errors.ts';

type Identity = Awaited<ReturnType<EC2Client['config']['credentials']>>;

/** Whose credentials are used. Without any of it, those of the SDK's chain: environment, shared files, SSO, web identity, the instance's role. */
export interface CredentialSettings {
  readonly region: string;
  readonly profile?: string | undefined;
  readonly assumeRole?:
    | { readonly roleArn: string; readonly externalId: string | undefined; readonly sessionName: string }
    | undefined;
}

/** The part of the client's configuration that says whose credentials it uses. The SDK keeps them until they run out. */
export function credentialConfig(settings: CredentialSettings): Pick<EC2ClientConfig, 'credentials'> {
  const { assumeRole, profile } = settings;
  if (assumeRole) return { credentials: () => assumed(settings, assumeRole) };
  return profile === undefined ? {} : { credentials: () => found(settings) };
}

/** Those of the profile, or else of the SDK's chain. Files are read again at each call: they may have been renewed. */
async function found({ region, profile }: CredentialSettings): Promise<Identity> {
  if (profile === undefined) {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    return defaultProvider(readFilesAgain)();
  }
  const { fromIni } = await import('@aws-sdk/credential-provider-ini');
  return fromIni({ ...readFilesAgain, profile, clientConfig: { region } })().catch((error: unknown) => {
    const todo = `check spec.aws.profile; for SSO, log in again: aws sso login --profile ${profile}`;
    throw new TransportError('refused', `AWS profile ${profile}: ${wordsOf(error)}. What to do: ${todo}`, {
      cause: error,
    });
  });
}

async function assumed(
  settings: CredentialSettings,
  { roleArn, externalId, sessionName }: NonNullable<CredentialSettings['assumeRole']>,
): Promise<Identity> {
  const source = await found(settings);
  const { getDefaultRoleAssumer } = await import('@aws-sdk/nested-clients/sts');
  const input = {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  };
  return getDefaultRoleAssumer({ region: settings.region })(source, input).catch((error: unknown) => {
    throw notAssumed(roleArn, error);
  });
}

/** Where STS answered, the error has its status; else it was not reached. */
function notAssumed(roleArn: string, error: unknown): TransportError {
  const { $metadata: { httpStatusCode = 0 } = {} } = error as { $metadata?: { httpStatusCode?: number } };
  const isRefused = httpStatusCode >= 400 && httpStatusCode < 500;
  const todo = isRefused
    ? 'allow these credentials sts:AssumeRole on the role, and name them in its trust policy, with the same external id'
    : 'check that STS can be reached from here, and try again';
  const words = `STS AssumeRole of ${roleArn}: ${wordsOf(error)}. What to do: ${todo}`;
  return new TransportError(isRefused ? 'refused' : 'unreachable', words, { cause: error });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message.replace(/\.$/, '')}` : String(error);
}

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
export const readFilesAgain = { ignoreCache: true };
