import { REGION } from '../topology.ts';
import { Ec2Error } from './errors.ts';
import type { Parameters } from './query.ts';

/** EC2's refusal of a request with this code: its words as AWS gives them, as far as they are known here. */
export function refusedWith(code: string, action: string, parameters: Parameters): Ec2Error {
  const { status = 400, words = () => 'The request was refused.' } = refusals[code] ?? {};
  return new Ec2Error(code, words(parameters, action), status);
}

/** The page of a proxy or load balancer in front of the EC2 API. */
export function proxyPage(status: number): string {
  return `<html>\r\n<head><title>${status}</title></head>\r\n<body>\r\n<center><h1>${status}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
}

/** A state reason with this code, as EC2 shows it. */
export function stateReason(code: string): string {
  return `${code}: ${reasons[code] ?? 'Client error on launch'}`;
}

interface Refusal {
  readonly status?: number;
  readonly words: (parameters: Parameters, action: string) => string;
}

const typeIn = (parameters: Parameters) => parameters.get('InstanceType') ?? 't3.micro';

/** Words of the codes with more than one meaning, and of those that name something. */
const refusals: { readonly [code: string]: Refusal } = {
  AccessDeniedException: {
    words: (_, action) =>
      `User: arn:aws:iam::123456789012:user/lab is not authorized to perform: servicequotas:${action} because no identity-based policy allows the servicequotas:${action} action`,
  },
  InsufficientInstanceCapacity: {
    status: 500,
    words: (parameters) =>
      `We currently do not have sufficient ${typeIn(parameters)} capacity in the Availability Zone you requested (${REGION}a). Our system will be working on provisioning additional capacity.`,
  },
  InsufficientFreeAddressesInSubnet: {
    words: () => 'The specified subnet does not have enough free addresses to satisfy the request.',
  },
  'InvalidAMIID.NotFound': { words: (parameters) => `The image id '[${parameters.get('ImageId')}]' does not exist` },
  InvalidParameterValue: {
    words: () =>
      "The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the specified AMI.",
  },
  OptInRequired: {
    status: 401,
    words: () =>
      'In order to use this AWS Marketplace product you need to accept terms and subscribe. To do so please visit https://aws.amazon.com/marketplace/pp?sku=lab',
  },
  PendingVerification: {
    words: () =>
      'Your request for accessing resources in this region is being validated, and you will not be able to launch additional resources in this region until the validation is complete.',
  },
  UnauthorizedOperation: {
    status: 403,
    words: (_, action) =>
      `You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/lab is not authorized to perform: ec2:${action} because no identity-based policy allows the ec2:${action} action. Encoded authorization failure message: c2VjcmV0${'A'.repeat(200)}`,
  },
  Unsupported: {
    words: (parameters) =>
      `Your requested instance type (${typeIn(parameters)}) is not supported in your requested Availability Zone (${REGION}a).`,
  },
  VcpuLimitExceeded: {
    words: () =>
      'You have requested more vCPU capacity than your current vCPU limit of 5 allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.',
  },
  VpcLimitExceeded: { words: () => 'The maximum number of VPCs has been reached.' },
  VolumeLimitExceeded: { words: () => 'You have exceeded your maximum gp3 storage limit of 50 TiB in this region.' },
};

const reasons: { readonly [code: string]: string } = {
  'Client.InvalidKMSKey.InvalidState': 'The KMS key provided is in an incorrect state',
  'Client.InvalidSnapshot.NotFound': 'The specified snapshot was not found.',
  'Client.UserInitiatedShutdown': 'User initiated shutdown',
  'Client.VolumeLimitExceeded': 'Volume limit exceeded',
  'Server.InsufficientInstanceCapacity': 'Insufficient capacity.',
  'Server.InternalError': 'Internal error on launch',
};
