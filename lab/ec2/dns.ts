import { REGION } from '../topology.ts';

/** The name EC2 gives an address. Nobody resolves it here: a lab has no DNS. */
export function dnsName(address: string): string {
  return `ip-${address.replaceAll('.', '-')}.${REGION}.compute.internal`;
}
