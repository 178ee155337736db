import { expect } from 'chai';
import { presigned, signedUrl } from '../../../../controller/adapters/ec2/presign.ts';

// The credentials of AWS' own example.
const by = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

describe('URLs signed for S3', () => {
  it('have the signature that botocore computes for the same request', () => {
    const object = { bucket: 'a.b', key: 'x/y+z.tar.gz', region: 'eu-central-1' };
    const url = new URL(presigned(object, { ...by, sessionToken: 'a/b=' }, new Date('2026-11-30T15:50:03Z'), 3600));
    expect(url.origin + url.pathname).to.equal('https://s3.eu-central-1.amazonaws.com/a.b/x/y%2Bz.tar.gz');
    expect(Object.fromEntries(url.searchParams)).to.deep.equal({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${by.accessKeyId}/20261130/eu-central-1/s3/aws4_request`,
      'X-Amz-Date': '20261130T155003Z',
      'X-Amz-Expires': '3600',
      'X-Amz-Security-Token': 'a/b=',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': '1891bf76b761f5b560172b840eeee493074d40fdb7a4cae20e8ab1b3cb289ee2',
    });
  });

  it('name the bucket in the host where a certificate covers it, and the domain of China', () => {
    const url = (bucket: string, region: string) => presigned({ bucket, key: 'k', region }, by, new Date(0), 60);
    expect(url('ab', 'eu-central-1')).to.match(/^https:\/\/ab\.s3\.eu-central-1\.amazonaws\.com\/k\?/);
    expect(url('ab', 'cn-north-1')).to.match(/^https:\/\/ab\.s3\.cn-north-1\.amazonaws\.com\.cn\/k\?/);
  });

  it('are secrets', () => {
    const url = signedUrl({ bucket: 'b', key: 'k', region: 'eu-central-1' }, by);
    expect(JSON.stringify({ url })).to.equal('{"url":"***"}');
    expect(url.reference).to.equal('s3://b/k');
  });
});
