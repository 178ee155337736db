import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { REGION } from '../topology.ts';

/** The parts of an HTTP request that AWS Signature Version 4 covers; header names in lower case. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as in the request line. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body: string;
}

/** The secret of these credentials; undefined if this lab did not issue them. */
export type SecretOf = (accessKeyId: string, sessionToken: string | undefined) => string | undefined;

/** How far a caller's clock may be off, as on AWS (Signature Version 4: a request has to arrive within five minutes of its time). */
const maxSkewMs = 5 * 60 * 1000;

/** Whether the request has a valid, current Signature Version 4 for a service (`ec2`) in this region, by credentials that `secretOf` has. */
export function isSigned(request: SignedRequest, secretOf: SecretOf, now: Date, service = 'ec2'): boolean {
  const claim = readClaim(request.headers['authorization'] ?? '');
  const stamp = request.headers['x-amz-date'] ?? '';
  if (
    claim?.service !== service ||
    !stamp.startsWith(claim.date) ||
    Math.abs(timeOf(stamp) - now.getTime()) > maxSkewMs
  )
    return false;
  const secret = secretOf(claim.accessKeyId, request.headers['x-amz-security-token']);
  if (secret === undefined || !claim.signedHeaders.includes('host')) return false;
  const scope = `${claim.date}/${REGION}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical(request, claim.signedHeaders))].join('\n');
  const key = [claim.date, REGION, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const expected = hmac(key, toSign).toString('hex');
  return (
    expected.length === claim.signature.length && timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature))
  );
}

/** The access key id in the request's signature; undefined if it has none. Not verified. */
export function accessKeyOf(request: SignedRequest): string | undefined {
  return readClaim(request.headers['authorization'] ?? '')?.accessKeyId;
}

interface Claim {
  readonly accessKeyId: string;
  readonly date: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

function readClaim(authorization: string): Claim | undefined {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/\s]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;
  const [, accessKeyId, date, region, service, headers, signature] = pattern.exec(authorization) ?? [];
  if (!accessKeyId || !date || !service || !headers || !signature || region !== REGION) return undefined;
  return { accessKeyId, date, service, signedHeaders: headers.split(';'), signature };
}

function timeOf(stamp: string): number {
  return Date.parse(stamp.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function canonical(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = '/', query = ''] = request.url.split('?');
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`);
  const lines = [
    request.method,
    path,
    canonicalQuery(query),
    headers.join(''),
    signedHeaders.join(';'),
    sha256(request.body),
  ];
  return lines.join('\n');
}

function canonicalQuery(query: string): string {
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return pairs.sort().join('&');
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
