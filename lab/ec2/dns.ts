import { REGION } from '../topology.ts';

/** The public DNS name of a public address on EC2, which cannot be resolved either. */
export function publicDnsName(address: string): string {
  return `ec2-${address.replaceAll('.', '-')}.${REGION}.compute.amazonaws.com`;
}

/** The DNS name of an address on EC2. It cannot be resolved, because a lab has no DNS. */
export function dnsName(address: string): string {
  return `ip-${address.replaceAll('.', '-')}.${REGION}.compute.internal`;
}
