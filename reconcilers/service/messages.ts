import type { HostName } from '../../crds/fleet.ts';
import type { Refusal } from '../facts/service/service.ts';
import { type Drop, dropText } from '../shared/firewall.ts';

export const failoverUnderWay = 'a failover or a start is under way; clients reconnect once it is done';

/**
 * `from`: where it was tried. `holder`: the host that has the address, and takes the connection from itself. `drop`: the rule of its firewall
 * that is known to drop the connection.
 */
export function portBlocked(endpoint: string, from: HostName, holder: HostName, drop?: Drop): string {
  const seen = `${holder} itself connects to ${endpoint}, and ${from} does not`;
  if (drop)
    return `${seen}: ${dropText(drop, holder)}. Let it accept the port from clients, and from the other proxy, which must be allowed to connect as they are`;
  return (
    `${seen}: a firewall on ${holder} (look at: nft list ruleset; iptables-save) or the ` +
    `security group of the proxies drops the port, for clients too or for the other proxy alone, which must be allowed to connect as they are`
  );
}

export function noConnection(endpoint: string, words: string): string {
  return `nothing takes connections at ${endpoint}: ${words}`;
}

export function connectionClosed(holder: string): string {
  return `HAProxy on ${holder} takes the connection and closes it again, although it admits a master: look at journalctl -u ec2-redis-haproxy.service there`;
}

export function slow(words: string): string {
  return `${words}. Look for long commands with SLOWLOG GET on the master, and at the load of its host`;
}

export function writesRefused(refusal: Refusal = 'other'): string {
  return remedies[refusal] ?? 'the master refuses writes with these words: correct what they name';
}

const remedies: Partial<Readonly<Record<Refusal, string>>> = {
  OOM: 'the memory of the master is full, and its maxmemory-policy evicts nothing that would help: delete keys, raise redis.maxmemory, or declare a policy that evicts',
  MISCONF:
    "the master could not save its data, and refuses writes until it can: its log names the cause, which is usually that the member's disk is full. Free or grow it (resources.disk)",
  READONLY:
    'HAProxy leads to a replica: it follows the Sentinels within a few checks. If it stays so, look at haproxy and sentinel in this plan',
  NOREPLICAS: 'fewer replicas are in sync than redis.minReplicasToWrite: get one back, or lower it',
};

export function membersInOneZone(
  tenant: string,
  { zone, hosts }: { readonly zone: string; readonly hosts: readonly string[] },
): string {
  return `while ${zone} fails, ${hosts.join(' and ')} do, and no majority of the Sentinels of ${tenant} is left: nothing is promoted, and it may refuse writes until the zone returns. Place its members in three zones, or accept it (acceptZoneRisk: true)`;
}
