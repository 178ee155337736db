import { REGION } from '../topology.ts';

/** The DNS name of an address on EC2. It cannot be resolved, because a lab has no DNS. */
export function dnsName(address: string): string {
  return `ip-${address.replaceAll('.', '-')}.${REGION}.compute.internal`;
}
