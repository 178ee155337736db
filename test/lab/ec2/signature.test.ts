import { expect } from 'chai';
import { isSigned, type SignedRequest } from '../../../lab/ec2/signature.ts';

/** The signature below is the AWS SDK's own for this request. */
const NOW = new Date('2026-01-02T03:04:05Z');
const secretOf = (id: string, token: string | undefined) =>
  id === 'AKID' && token === undefined ? 'secret' : undefined;

describe('lab: AWS Signature Version 4', () => {
  it('accepts a signed request', () => {
    expect(isSigned(request({}), secretOf, NOW)).to.equal(true);
  });

  const forgeries: readonly { fact: string; request: SignedRequest; now?: Date }[] = [
    { fact: 'no signature', request: request({ headers: { authorization: undefined } }) },
    { fact: 'another body', request: request({ body: 'Action=TerminateInstances' }) },
    { fact: 'another host', request: request({ headers: { host: 'elsewhere' } }) },
    { fact: 'another key', request: request({ headers: { authorization: authorization('OTHER') } }) },
    { fact: 'an unknown session token', request: request({ headers: { 'x-amz-security-token': 'forged' } }) },
    { fact: 'a clock that is six minutes slow', request: request({}), now: new Date('2026-01-02T03:10:05Z') },
    { fact: 'a clock that is six minutes fast', request: request({}), now: new Date('2026-01-02T02:58:05Z') },
  ];
  for (const forgery of forgeries)
    it(`refuses ${forgery.fact}`, () => {
      expect(isSigned(forgery.request, secretOf, forgery.now ?? NOW)).to.equal(false);
    });
});

interface Change {
  readonly headers?: SignedRequest['headers'];
  readonly body?: string;
}

function request(change: Change): SignedRequest {
  return {
    method: 'POST',
    url: '/',
    headers: {
      host: '127.0.0.1:4566',
      'x-amz-date': '20260102T030405Z',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: authorization('AKID'),
      ...change.headers,
    },
    body: change.body ?? 'Action=DescribeVpcs&Version=2016-11-15',
  };
}

function authorization(key: string): string {
  return `AWS4-HMAC-SHA256 Credential=${key}/20260102/lab-1/ec2/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=986c8c3f9350cc74c8c0b4b64597ea6cac0f17f307126efec5c8915650c27fa6`;
}
