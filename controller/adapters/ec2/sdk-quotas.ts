import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';

/** What is used of the SDK of Service Quotas, and nothing else. Imported when the first quota is read. */
export const quotasSdk = { GetServiceQuotaCommand, ServiceQuotasClient } as const;
