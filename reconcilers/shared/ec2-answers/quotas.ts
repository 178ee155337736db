/** A quota as Service Quotas has it, of an account in a region: the code of its service, its own code, its name. */
export interface Quota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
}

/** How to raise a quota: its name in Service Quotas, and the command that requests it. `desired`: undefined: the reader has to choose it. */
export function raise({ service, code, name }: Quota, region: string | undefined, desired?: number): string {
  const where = region === undefined ? '' : ` --region ${region}`;
  return `free what is not used, or request a higher quota "${name}" (aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${desired ?? 'NUMBER'}${where}), and run again once it is granted`;
}

/**
 * Running On-Demand instances, counted in vCPUs, a quota per group of families. Source: EC2 User Guide, "Amazon EC2 On-Demand Instance
 * quotas"; names and codes as `aws service-quotas list-service-quotas --service-code ec2` shows them.
 */
export function vcpuQuota(type: string | undefined): Quota {
  const family = /^(u(?=-|\d)|[a-z]+)/.exec(type ?? '')?.[1] ?? '';
  const [code, name] = special[family] ?? standard;
  return { service: 'ec2', code, name: `Running On-Demand ${name} instances` };
}

const standard = ['L-1216C47A', 'Standard (A, C, D, H, I, M, R, T, Z)'] as const;
const special: { readonly [family: string]: readonly [code: string, name: string] } = {
  dl: ['L-6E869C2A', 'DL'],
  f: ['L-74FC7D96', 'F'],
  g: ['L-DB2E81BA', 'G and VT'],
  vt: ['L-DB2E81BA', 'G and VT'],
  gr: ['L-DB2E81BA', 'G and VT'],
  hpc: ['L-F7808C92', 'HPC'],
  inf: ['L-1945791B', 'Inf'],
  p: ['L-417A185B', 'P'],
  trn: ['L-2C3B7624', 'Trn'],
  u: ['L-43DA4232', 'High Memory'],
  x: ['L-7295265B', 'X'],
};

/** Storage of EBS volumes in TiB, a quota per type of volume (Amazon EBS endpoints and quotas, AWS General Reference). */
export function raiseStorage(volumeType: string | undefined, region: string | undefined): string {
  const type = volumeType ?? 'gp3';
  const code = volumes[type];
  return code === undefined
    ? `free what is not used, or request a higher quota of storage for ${type} volumes in Service Quotas`
    : raise({ service: 'ebs', code, name: `Storage for ${type} volumes, in TiB` }, region);
}

const volumes: { readonly [type: string]: string } = {
  gp2: 'L-D18FCD1D',
  gp3: 'L-7A658B76',
  io1: 'L-FD252861',
  io2: 'L-09BD8365',
};

/** Quotas by the error code that says that they are exhausted (Amazon VPC quotas, VPC User Guide; Elastic IP addresses, EC2 User Guide). */
export const quotaOf = {
  VpcLimitExceeded: quota('vpc', 'L-F678F1CE', 'VPCs per Region'),
  InternetGatewayLimitExceeded: quota('vpc', 'L-A4707A72', 'Internet gateways per Region'),
  SubnetLimitExceeded: quota('vpc', 'L-407747CB', 'Subnets per VPC'),
  SecurityGroupLimitExceeded: quota('vpc', 'L-E79EC296', 'VPC security groups per Region'),
  RulesPerSecurityGroupLimitExceeded: quota('vpc', 'L-0EA8095F', 'Inbound or outbound rules per security group'),
  RouteLimitExceeded: quota('vpc', 'L-93826ACB', 'Routes per route table'),
  NetworkInterfaceLimitExceeded: quota('vpc', 'L-DF5E4CA3', 'Network interfaces per Region'),
  NatGatewayLimitExceeded: quota('vpc', 'L-FE5A380F', 'NAT gateways per Availability Zone'),
  RouteTableLimitExceeded: quota('vpc', 'L-589F43AA', 'Route tables per VPC'),
  VpcEndpointLimitExceeded: quota('vpc', 'L-29B6F2EB', 'Interface VPC endpoints per VPC'),
  AddressLimitExceeded: quota('ec2', 'L-0263D0A3', 'EC2-VPC Elastic IPs'),
} as const satisfies Readonly<Record<string, Quota>>;

function quota(service: string, code: string, name: string): Quota {
  return { service, code, name };
}
