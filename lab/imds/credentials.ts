import { randomBytes } from 'node:crypto';
import { type LabHost, OPERATOR_CREDENTIALS } from '../topology.ts';
import type { RoleCredentials } from './tree.ts';

/** Six hours, as for instance roles on EC2. */
const lifetimeMs = 6 * 3600 * 1000;

/** A host and the role of its instance profile. */
export interface RoleOwner {
  readonly host: LabHost;
  readonly role: string;
}

/** The credentials of this lab: the operator's, and a temporary set per host. */
export class Credentials {
  private readonly issued = new Map<string, RoleCredentials & { readonly owner: RoleOwner }>();

  /** The host's current set; a new one a few minutes before the last one expires, as on EC2. */
  forHost(host: LabHost, role: string, now: Date): RoleCredentials {
    const current = this.issued.get(host.instanceId);
    if (
      current !== undefined &&
      current.owner.role === role &&
      Date.parse(current.Expiration) - now.getTime() > 300_000
    )
      return withoutOwner(current);
    const fresh: RoleCredentials = {
      LastUpdated: now.toISOString(),
      AccessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      SecretAccessKey: randomBytes(30).toString('base64'),
      Token: randomBytes(96).toString('base64'),
      Expiration: new Date(now.getTime() + lifetimeMs).toISOString(),
    };
    this.issued.set(host.instanceId, { ...fresh, owner: { host, role } });
    return fresh;
  }

  /** The owner of an access key; undefined for the operator's key and for unknown ones. */
  ownerOf(accessKeyId: string): RoleOwner | undefined {
    return [...this.issued.values()].find((one) => one.AccessKeyId === accessKeyId)?.owner;
  }

  /** The secret of an access key, if the session token matches (the operator's key has none). */
  secretOf(accessKeyId: string, sessionToken: string | undefined): string | undefined {
    if (accessKeyId === OPERATOR_CREDENTIALS.accessKeyId)
      return sessionToken === undefined ? OPERATOR_CREDENTIALS.secretAccessKey : undefined;
    const all = [...this.issued.values()];
    return all.find((one) => one.AccessKeyId === accessKeyId && one.Token === sessionToken)?.SecretAccessKey;
  }
}

function withoutOwner({
  AccessKeyId,
  SecretAccessKey,
  Token,
  Expiration,
  LastUpdated,
}: RoleCredentials): RoleCredentials {
  return { AccessKeyId, SecretAccessKey, Token, Expiration, LastUpdated };
}
