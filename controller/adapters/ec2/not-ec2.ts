import type { EC2Client } from '@aws-sdk/client-ec2';

/** Something else than EC2 answered: a proxy, a load balancer, or a page to log in. */
export class NotEc2 extends Error {
  override readonly name = 'NotEc2';
  readonly status: number;
  /** Where the SDK looks for the status, by which it tries again. */
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(status: number, type: string) {
    super(`the answer is HTTP ${status} with ${type}, and no XML of the EC2 API`);
    this.status = status;
    this.$metadata = { httpStatusCode: status };
  }
}

/**
 * Checks every answer before the SDK reads it: to the SDK, a page that happens to be well-formed is an answer without items, as if nothing
 * existed. Every answer of EC2 is an XML element whose name ends in Response (EC2 API Reference, "Query requests").
 */
export function refuseOtherAnswers(client: EC2Client): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as Answer;
      const body = await bodyOf(response);
      const isEc2 = /^\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)*<\w*Response[\s/>]/.test(
        body.subarray(0, 1000).toString(),
      );
      const type = response.headers['content-type'] ?? 'no content type';
      if (!isEc2) throw new NotEc2(response.statusCode, type);
      response.body = body;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'refuseOtherAnswers' },
  );
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body: AsyncIterable<Uint8Array> | Uint8Array;
}

async function bodyOf({ body }: Answer): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}
