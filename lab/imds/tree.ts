import { groupName } from '../ec2/interfaces.ts';
import { type Ec2State, type Instance, tagsOf } from '../ec2/state.ts';
import { ACCOUNT_ID, REGION } from '../topology.ts';

export interface RoleCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
  readonly LastUpdated: string;
}

/** The metadata of one instance: a value per path below /latest. */
export type Metadata = ReadonlyMap<string, string>;

/** `credentials` are those of the instance profile's role; without a profile there is nothing below `iam`. */
export function metadata(instance: Instance, state: Ec2State, credentials: RoleCredentials | undefined): Metadata {
  const { host } = instance;
  const own = state.interfaces.find((one) => one.host.instanceId === host.instanceId);
  const vpc = state.vpcs.find((one) => one.id === host.subnet.vpcId);
  const nic = `meta-data/network/interfaces/macs/${host.mac}`;
  const groups = own?.groups ?? [];
  return new Map([
    ['meta-data/ami-id', instance.image],
    ['meta-data/hostname', host.name],
    ['meta-data/local-hostname', host.name],
    ...profileLeaves(instance.profile, credentials),
    ['meta-data/instance-id', host.instanceId],
    ['meta-data/instance-type', instance.type],
    ['meta-data/local-ipv4', host.address],
    ['meta-data/mac', host.mac],
    [`${nic}/device-number`, '0'],
    [`${nic}/interface-id`, host.interfaceId],
    [`${nic}/local-ipv4s`, (own?.addresses ?? []).join('\n')],
    [`${nic}/mac`, host.mac],
    [`${nic}/owner-id`, ACCOUNT_ID],
    [`${nic}/security-group-ids`, groups.join('\n')],
    [`${nic}/subnet-id`, host.subnet.id],
    [`${nic}/subnet-ipv4-cidr-block`, host.subnet.cidr],
    [`${nic}/vpc-id`, host.subnet.vpcId],
    [`${nic}/vpc-ipv4-cidr-block`, vpc?.cidr ?? ''],
    ['meta-data/placement/availability-zone', host.subnet.zone],
    ['meta-data/placement/region', REGION],
    ...keyLeaves(state, instance.keyName),
    ['meta-data/security-groups', groups.map((id) => groupName(state, id)).join('\n')],
    ...tagsOf(state, host.instanceId).map(({ key, value }): [string, string] => [
      `meta-data/tags/instance/${key}`,
      value,
    ]),
    ['dynamic/instance-identity/document', identity(instance)],
  ]);
}

function profileLeaves(profile: string | undefined, credentials: RoleCredentials | undefined): [string, string][] {
  if (profile === undefined || credentials === undefined) return [];
  const arn = `arn:aws:iam::${ACCOUNT_ID}:instance-profile/${profile}`;
  const role = { Code: 'Success', Type: 'AWS-HMAC', ...credentials };
  return [
    ['meta-data/iam/info', JSON.stringify({ Code: 'Success', InstanceProfileArn: arn })],
    [`meta-data/iam/security-credentials/${profile}`, JSON.stringify(role, undefined, 2)],
  ];
}

function keyLeaves(state: Ec2State, keyName: string | undefined): [string, string][] {
  const pair = state.keyPairs.find((one) => one.name === keyName);
  return pair === undefined ? [] : [['meta-data/public-keys/0/openssh-key', pair.publicKey]];
}

/** The answer to GET of `path`: a value, a folder's listing (subfolders end with `/`), or undefined. */
export function lookUp(tree: Metadata, path: string): string | undefined {
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

function identity({ host, type, image }: Instance): string {
  return JSON.stringify(
    {
      accountId: ACCOUNT_ID,
      architecture: 'x86_64',
      availabilityZone: host.subnet.zone,
      instanceId: host.instanceId,
      imageId: image,
      instanceType: type,
      privateIp: host.address,
      region: REGION,
    },
    undefined,
    2,
  );
}
