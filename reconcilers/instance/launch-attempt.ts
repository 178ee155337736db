import { createHash } from 'node:crypto';
import type { Instance } from '../facts/ec2/instance.ts';
import { hasEnded } from '../shared/created-instances.ts';
import type { InstanceObserved } from './desired.ts';

/** The next launch of a host: its client token, and the instance that the launch before it created and that has ended. */
export interface LaunchAttempt {
  readonly clientToken: string;
  readonly ended: Instance | undefined;
}

/**
 * One token for each life of a host. The first token follows from the network interface; the next one also from the instance that used up
 * the token before it. So a repeated attempt has the same token, whether its reply was lost or the run was killed, until EC2 shows that its
 * instance has ended (for about an hour). For at least a day EC2 answers a used token with that instance, ended or not. Source: EC2 API
 * Reference, "Ensuring idempotency".
 */
export function launchAttempt(
  cluster: string,
  host: string,
  interfaceId: string,
  { instances: [shown] }: Pick<InstanceObserved, 'instances'>,
): LaunchAttempt {
  const ended = shown?.state === 'present' ? shown.value.filter(hasEnded) : [];
  let attempt: LaunchAttempt = { clientToken: tokenFor(cluster, host, interfaceId), ended: undefined };
  for (;;) {
    const used = ended.find(({ clientToken }) => clientToken === attempt.clientToken);
    if (!used) return attempt;
    attempt = { clientToken: tokenFor(cluster, host, interfaceId, used.instanceId), ended: used };
  }
}

/** At most 64 ASCII characters (EC2 API Reference, "Ensuring idempotency"). */
function tokenFor(...of: readonly string[]): string {
  return createHash('sha256').update(of.join('\n')).digest('hex');
}
