import type { ActiveFault } from '../faults/active-fault.ts';
import { ACCOUNT_ID, REGION } from '../topology.ts';
import { Ec2Error } from './errors.ts';

/** The actions of the Service Quotas API that the lab has. */
export const QUOTA_ACTIONS: readonly string[] = ['GetServiceQuota'];

/** The prefix of X-Amz-Target: the API's name and version. */
const API = 'ServiceQuotasV20190624.';

interface ServiceQuota {
  readonly service: 'ec2' | 'vpc';
  readonly code: string;
  readonly name: string;
  readonly value: number;
}

/** The quotas of the account. Source of codes and names: `aws service-quotas list-service-quotas`; the values are the lab's. */
export const QUOTAS: readonly ServiceQuota[] = [
  vcpus('L-1216C47A', 'Standard (A, C, D, H, I, M, R, T, Z)', 1152),
  vcpus('L-74FC7D96', 'F', 0),
  vcpus('L-DB2E81BA', 'G and VT', 0),
  vcpus('L-1945791B', 'Inf', 0),
  vcpus('L-417A185B', 'P', 0),
  vcpus('L-7295265B', 'X', 0),
  vcpus('L-43DA4232', 'High Memory', 0),
  vcpus('L-6E869C2A', 'DL', 0),
  vcpus('L-F7808C92', 'HPC', 0),
  vcpus('L-2C3B7624', 'Trn', 0),
  { service: 'ec2', code: 'L-0263D0A3', name: 'EC2-VPC Elastic IPs', value: 5 },
  { service: 'vpc', code: 'L-F678F1CE', name: 'VPCs per Region', value: 5 },
];

/** The action in an X-Amz-Target header; undefined if it is not of this API. */
export function quotaAction(target: string | undefined): string | undefined {
  return target?.startsWith(API) ? target.slice(API.length) : undefined;
}

/** Performs an action of the Service Quotas API on a JSON body; throws Ec2Error. */
export function performOnQuotas(faults: readonly ActiveFault[], action: string, body: string): object {
  if (!QUOTA_ACTIONS.includes(action)) throw new Ec2Error('UnknownOperationException', '');
  const input = parsed(body);
  const [service, code] = [text(input, 'ServiceCode'), text(input, 'QuotaCode')];
  const found = QUOTAS.find((one) => one.service === service && one.code === code);
  if (!found)
    throw new Ec2Error(
      'NoSuchResourceException',
      `The request failed because the specified quota ${code} of ${service} does not exist.`,
    );
  const set = faults.find(({ fault, args }) => fault === 'ec2-quota' && args.quota === code)?.args.value;
  return {
    Quota: {
      ServiceCode: service,
      ServiceName:
        service === 'ec2' ? 'Amazon Elastic Compute Cloud (Amazon EC2)' : 'Amazon Virtual Private Cloud (Amazon VPC)',
      QuotaArn: `arn:aws:servicequotas:${REGION}:${ACCOUNT_ID}:${service}/${code}`,
      QuotaCode: code,
      QuotaName: found.name,
      Value: set ?? found.value,
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
      QuotaAppliedAtLevel: 'ACCOUNT',
    },
  };
}

/** An error as the JSON protocol has it. What EC2 calls unauthorized, other APIs call denied, and they name their own action. */
export function quotaErrorJson({ code, message }: Ec2Error): string {
  return JSON.stringify({ __type: code, message });
}

/** The same refusal as this API words it: EC2 has codes of its own for wrong credentials, permissions and throttling. */
export function asQuotaError(error: Ec2Error): Ec2Error {
  const words = error.message
    .replace(/^You are not authorized to perform this operation\. /, '')
    .replaceAll(' ec2:', ' servicequotas:');
  if (error.code === 'UnauthorizedOperation') return new Ec2Error('AccessDeniedException', words);
  if (error.code === 'AuthFailure')
    return new Ec2Error('UnrecognizedClientException', 'The security token included in the request is invalid.');
  if (error.code === 'RequestLimitExceeded') return new Ec2Error('TooManyRequestsException', 'Rate exceeded', 429);
  return error;
}

function vcpus(code: string, families: string, value: number): ServiceQuota {
  return { service: 'ec2', code, name: `Running On-Demand ${families} instances`, value };
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch {
    // As below.
  }
  throw new Ec2Error('SerializationException', '');
}

/** Source of the pattern and lengths: Service Quotas API Reference, GetServiceQuota. */
function text(input: Readonly<Record<string, unknown>>, name: 'ServiceCode' | 'QuotaCode'): string {
  const value = input[name];
  const field = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const invalid = (why: string) =>
    new Ec2Error(
      'ValidationException',
      `1 validation error detected: Value ${value === undefined ? 'null' : `'${value}'`} at '${field}' failed to satisfy constraint: ${why}`,
    );
  if (value === undefined) throw invalid('Member must not be null');
  if (typeof value !== 'string') throw new Ec2Error('SerializationException', '');
  if (!(name === 'ServiceCode' ? /^[a-zA-Z][a-zA-Z0-9-]{1,63}$/ : /^[a-zA-Z][a-zA-Z0-9-]{1,128}$/).test(value))
    throw invalid('Member must satisfy regular expression pattern: [a-zA-Z][a-zA-Z0-9-]{1,128}');
  return value;
}
