import type { EC2Client } from '@aws-sdk/client-ec2';
import { TransportError } from '../../transport/errors.ts';
import type { QuotaPort } from '../../transport/io.ts';
import { called, type Ec2Session } from './ec2.ts';

/**
 * Reads quotas of the account in the region of the session, with its credentials. The endpoint is that of the region, or what the AWS tools
 * know: AWS_ENDPOINT_URL_SERVICE_QUOTAS, AWS_ENDPOINT_URL, `endpoint_url` of the shared configuration. spec.aws.endpoint is EC2's own.
 */
export function readQuotas(session: Ec2Session): QuotaPort {
  let loading: ReturnType<typeof load> | undefined;
  return ({ service, code }) =>
    called(
      session,
      'GetServiceQuota',
      async (ec2) => {
        loading ??= load(session, ec2.client);
        const { module, client } = await loading;
        const command = new module.GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code });
        const { Quota } = await client.send(command, { abortSignal: session.closing });
        if (Quota?.Value !== undefined) return Quota.Value;
        throw new TransportError('protocol', `Service Quotas GetServiceQuota: ${code} of ${service} has no value`);
      },
      undefined,
      'Service Quotas',
    );
}

async function load({ settings, closing }: Ec2Session, ec2: EC2Client) {
  const { quotasSdk: module } = await import('./sdk-quotas.ts');
  const client = new module.ServiceQuotasClient({
    region: settings.region,
    credentials: ec2.config.credentials,
    // A network without a way to it must not hold a check up: what is not read is only reported.
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  closing.addEventListener('abort', () => client.destroy(), { once: true });
  return { module, client };
}
