import type { Ec2State } from '../ec2/state.ts';
import { ACCOUNT_ID, HOST_ROLE, type LabHost, REGION, SECURITY_GROUP, VPC } from '../topology.ts';

export interface RoleCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
  readonly LastUpdated: string;
}

/** One leaf a path below /latest, for the instance that asks. */
export type Metadata = ReadonlyMap<string, string>;

export function metadata(host: LabHost, state: Ec2State, credentials: RoleCredentials): Metadata {
  const card = `meta-data/network/interfaces/macs/${host.mac}`;
  const addresses = state.interfaces.find((one) => one.host === host)?.addresses ?? [];
  const role = { Code: 'Success', Type: 'AWS-HMAC', ...credentials };
  const profile = `arn:aws:iam::${ACCOUNT_ID}:instance-profile/${HOST_ROLE}`;
  return new Map([
    ['meta-data/ami-id', 'ami-0a500000000000001'],
    ['meta-data/hostname', host.name],
    ['meta-data/local-hostname', host.name],
    ['meta-data/iam/info', JSON.stringify({ Code: 'Success', InstanceProfileArn: profile })],
    [`meta-data/iam/security-credentials/${HOST_ROLE}`, JSON.stringify(role, undefined, 2)],
    ['meta-data/instance-id', host.instanceId],
    ['meta-data/instance-type', 'm5.large'],
    ['meta-data/local-ipv4', host.address],
    ['meta-data/mac', host.mac],
    [`${card}/device-number`, '0'],
    [`${card}/interface-id`, host.interfaceId],
    [`${card}/local-ipv4s`, addresses.join('\n')],
    [`${card}/mac`, host.mac],
    [`${card}/owner-id`, ACCOUNT_ID],
    [`${card}/security-group-ids`, SECURITY_GROUP.id],
    [`${card}/subnet-id`, host.subnet.id],
    [`${card}/subnet-ipv4-cidr-block`, host.subnet.cidr],
    [`${card}/vpc-id`, VPC.id],
    [`${card}/vpc-ipv4-cidr-block`, VPC.cidr],
    ['meta-data/placement/availability-zone', host.subnet.zone],
    ['meta-data/placement/region', REGION],
    ['meta-data/security-groups', SECURITY_GROUP.name],
    ['meta-data/tags/instance/Name', host.name],
    ['dynamic/instance-identity/document', identity(host)],
  ]);
}

/** What GET of `path` answers: the leaf, a folder's listing (`/` marks folders within), or undefined. */
export function look(tree: Metadata, path: string): string | undefined {
  const wanted = path.replace(/^\/latest\/?/, '').replace(/\/+$/, '');
  const leaf = tree.get(wanted);
  if (leaf !== undefined) return leaf;
  const below = wanted === '' ? [...tree.keys()] : [...tree.keys()].flatMap((key) => inside(key, wanted));
  const names = new Set(below.map((rest) => (rest.includes('/') ? `${rest.split('/')[0]}/` : rest)));
  return names.size === 0 ? undefined : [...names].sort().join('\n');
}

function inside(key: string, folder: string): string[] {
  return key.startsWith(`${folder}/`) ? [key.slice(folder.length + 1)] : [];
}

function identity(host: LabHost): string {
  return JSON.stringify(
    {
      accountId: ACCOUNT_ID,
      architecture: 'x86_64',
      availabilityZone: host.subnet.zone,
      instanceId: host.instanceId,
      instanceType: 'm5.large',
      privateIp: host.address,
      region: REGION,
    },
    undefined,
    2,
  );
}
