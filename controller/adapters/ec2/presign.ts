import { createHash, createHmac } from 'node:crypto';
import type { S3Object } from '../../../crds/fleet.ts';
import { Secret } from '../../../crds/secret.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Longer than any download may take. */
const validSeconds = 3600;

/** A URL by which an object can be read for an hour. Whoever knows it can read the object: a secret. */
export function signedUrl(object: S3Object, by: AwsCredentials): Secret {
  return new Secret(`s3://${object.bucket}/${object.key}`, presigned(object, by, new Date(), validSeconds));
}

/**
 * Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)". A bucket with dots in its
 * name has no certificate as a host name, and is addressed by path.
 */
export function presigned({ bucket, key, region }: S3Object, by: AwsCredentials, now: Date, seconds: number): string {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const regional = `s3.${region}.${domain}`;
  const [host, path] = bucket.includes('.') ? [regional, `/${bucket}/${key}`] : [`${bucket}.${regional}`, `/${key}`];
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const canonicalPath = path.split('/').map(encodeURIComponent).join('/');
  const query = Object.entries({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${by.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(seconds),
    ...(by.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': by.sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const request = ['GET', canonicalPath, query, `host:${host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const hashed = createHash('sha256').update(request).digest('hex');
  const keyed = [time.slice(0, 8), region, 's3', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${by.secretAccessKey}`,
  );
  const signature = hmac(keyed, ['AWS4-HMAC-SHA256', time, scope, hashed].join('\n')).toString('hex');
  return `https://${host}${canonicalPath}?${query}&X-Amz-Signature=${signature}`;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
