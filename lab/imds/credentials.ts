import { randomBytes } from 'node:crypto';
import { type LabHost, OPERATOR_CREDENTIALS } from '../topology.ts';
import type { RoleCredentials } from './tree.ts';

/** Six hours, as EC2 gives to an instance's role (milliseconds). */
const LIFETIME = 6 * 3600 * 1000;

/** A host, and the role its instance profile gives it. */
export interface RoleOwner {
  readonly host: LabHost;
  readonly role: string;
}

/** The credentials this lab issued: the operator's, and a temporary set a host. */
export class Credentials {
  private readonly issued = new Map<string, RoleCredentials & { readonly owner: RoleOwner }>();

  /** The host's current set; a new one when the last is about to end, as EC2 does some minutes before. */
  forHost(host: LabHost, role: string, now: Date): RoleCredentials {
    const have = this.issued.get(host.instanceId);
    if (have !== undefined && have.owner.role === role && Date.parse(have.Expiration) - now.getTime() > 300_000)
      return shown(have);
    const fresh: RoleCredentials = {
      LastUpdated: now.toISOString(),
      AccessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      SecretAccessKey: randomBytes(30).toString('base64'),
      Token: randomBytes(96).toString('base64'),
      Expiration: new Date(now.getTime() + LIFETIME).toISOString(),
    };
    this.issued.set(host.instanceId, { ...fresh, owner: { host, role } });
    return fresh;
  }

  /** Whose role an access key is of; undefined for the operator's, and for what was never issued. */
  ownerOf(accessKeyId: string): RoleOwner | undefined {
    return [...this.issued.values()].find((one) => one.AccessKeyId === accessKeyId)?.owner;
  }

  /** The secret that goes with an access key, when the session token (none, for the operator's) does too. */
  secretOf(accessKeyId: string, sessionToken: string | undefined): string | undefined {
    if (accessKeyId === OPERATOR_CREDENTIALS.accessKeyId)
      return sessionToken === undefined ? OPERATOR_CREDENTIALS.secretAccessKey : undefined;
    const all = [...this.issued.values()];
    return all.find((one) => one.AccessKeyId === accessKeyId && one.Token === sessionToken)?.SecretAccessKey;
  }
}

function shown({ AccessKeyId, SecretAccessKey, Token, Expiration, LastUpdated }: RoleCredentials): RoleCredentials {
  return { AccessKeyId, SecretAccessKey, Token, Expiration, LastUpdated };
}
