import { ACCOUNT_ID, PREPARED_IMAGE } from '../topology.ts';
import { Ec2Error } from './errors.ts';
import { unknownId } from './ids.ts';
import { described, type Listing } from './listing.ts';
import { flag, list, type Parameters } from './query.ts';
import type { Ec2State } from './state.ts';
import type { Xml } from './xml.ts';

export interface Image {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** The root file system of the lab that it boots. */
  readonly flavour: string;
  readonly created: string;
  readonly ena: boolean;
  readonly sriov: boolean;
  /** Whether its instances require metadata tokens by default. */
  readonly tokensRequired: boolean;
  readonly rootDevice: string;
  /** GiB. */
  readonly rootSize: number;
  /**
   * Its first boot takes a while, and makes the login user `admin`; its packages are on the internet, or in S3. Undefined: `root` logs in at
   * once, and its packages are within it.
   */
  readonly cloud?: { readonly packages: 'internet' | 's3' };
  /** The account that owns it; undefined: this one. */
  readonly owner?: string;
  /** Since when it is deprecated: others than its owner see it only on request, and launch it as before. */
  readonly deprecated?: string;
}

/** The machine images that the account can launch. */
export const IMAGES: readonly Image[] = [
  {
    id: PREPARED_IMAGE,
    name: 'debian-12-prepared',
    description: 'Debian 12 with everything that a host of the fleet needs',
    flavour: 'debian-12-prepared',
    created: '2026-01-05T08:00:00.000Z',
    ena: true,
    sriov: false,
    tokensRequired: true,
    rootDevice: '/dev/xvda',
    rootSize: 8,
  },
  {
    id: 'ami-0000000000000b012',
    name: 'debian-12-bare',
    description: 'plain Debian 12 with a package repository',
    flavour: 'debian-12-bare',
    created: '2026-01-05T08:00:00.000Z',
    ena: true,
    sriov: false,
    tokensRequired: true,
    rootDevice: '/dev/xvda',
    rootSize: 8,
  },
  {
    id: 'ami-000000000000cb012',
    name: 'debian-12-cloud',
    description:
      'plain Debian 12 that boots for the first time as Debian’s own images do, with its packages on the internet',
    flavour: 'debian-12-bare',
    cloud: { packages: 'internet' },
    created: '2026-01-05T08:00:00.000Z',
    ena: true,
    sriov: false,
    tokensRequired: true,
    rootDevice: '/dev/xvda',
    rootSize: 8,
  },
  {
    id: 'ami-000000000000cb053',
    name: 'debian-12-cloud-s3',
    description: 'the same, with its package repository in S3',
    flavour: 'debian-12-bare',
    cloud: { packages: 's3' },
    created: '2026-01-05T08:00:00.000Z',
    ena: true,
    sriov: false,
    tokensRequired: true,
    rootDevice: '/dev/xvda',
    rootSize: 8,
  },
  {
    id: 'ami-0000000000000b013',
    name: 'debian-13-bare',
    description: 'plain Debian 13 with a package repository',
    flavour: 'debian-13-bare',
    created: '2026-01-05T08:00:00.000Z',
    ena: true,
    sriov: false,
    tokensRequired: true,
    rootDevice: '/dev/xvda',
    rootSize: 8,
  },
  {
    id: 'ami-0000000000000c006',
    name: 'centos-6-bare',
    description: 'looks like plain CentOS 6, with a package repository',
    flavour: 'centos-6-bare',
    created: '2026-01-05T08:00:00.000Z',
    ena: false,
    sriov: false,
    tokensRequired: false,
    rootDevice: '/dev/xvda',
    rootSize: 8,
  },
  {
    id: 'ami-0000000000000d011',
    name: 'debian-12-prepared-last-year',
    description: 'an image of another account, deprecated since',
    flavour: 'debian-12-prepared',
    created: '2025-01-05T08:00:00.000Z',
    ena: true,
    sriov: false,
    tokensRequired: true,
    rootDevice: '/dev/xvda',
    rootSize: 8,
    owner: '136693071363',
    deprecated: '2026-01-05T08:00:00.000Z',
  },
];

/** The image with this flavour. */
export function imageWith(flavour: string): Image {
  const found = IMAGES.find((image) => image.flavour === flavour);
  if (found === undefined) throw new Error(`there is no image of flavour ${flavour}`);
  return found;
}

/** The image with this id; throws EC2's error if there is none. */
export function imageOf(id: string): Image {
  const found = IMAGES.find((image) => image.id === id);
  if (found !== undefined) return found;
  const error = unknownId('ami', id);
  if (error.code === 'InvalidAMIID.NotFound') throw error;
  throw new Ec2Error(
    error.code,
    `The image ID '${id}' is not valid. The expected format is ami-xxxxxxxx or ami-xxxxxxxxxxxxxxxxx.`,
  );
}

const LISTING: Listing<Image> = {
  set: 'imagesSet',
  ids: 'ImageId',
  prefix: 'ami',
  id: (row) => row.id,
  rows: () => IMAGES,
  fields: () => ({
    architecture: () => ['x86_64'],
    'block-device-mapping.device-name': (row) => [row.rootDevice],
    description: (row) => [row.description],
    'ena-support': (row) => [String(row.ena)],
    'image-id': (row) => [row.id],
    'image-type': () => ['machine'],
    'is-public': () => ['false'],
    name: (row) => [row.name],
    'owner-id': (row) => [row.owner ?? ACCOUNT_ID],
    'root-device-name': (row) => [row.rootDevice],
    'root-device-type': () => ['ebs'],
    'sriov-net-support': (row) => (row.sriov ? ['simple'] : []),
    state: () => ['available'],
    'virtualization-type': () => ['hvm'],
  }),
  xml: (_, row) => imageXml(row),
};

/**
 * DescribeImages. Deprecated images of other accounts show with IncludeDeprecated only (EC2 API Reference, DescribeImages); owners other than
 * those of the table (`amazon`, other account ids) have no images here.
 */
export function describeImages(state: Ec2State, parameters: Parameters): ReturnType<ReturnType<typeof described>> {
  for (const id of list(parameters, 'ImageId')) imageOf(id);
  const owners = list(parameters, 'Owner').map((one) => (one === 'self' ? ACCOUNT_ID : one));
  const deprecated = flag(parameters, 'IncludeDeprecated');
  const shown = IMAGES.filter(({ owner = ACCOUNT_ID, deprecated: since }) => {
    if (owners.length > 0 && !owners.includes(owner)) return false;
    return since === undefined || deprecated || owner === ACCOUNT_ID;
  });
  return described({ ...LISTING, rows: () => shown })(state, parameters);
}

function imageXml(row: Image): Xml {
  return {
    imageId: row.id,
    imageLocation: `${ACCOUNT_ID}/${row.name}`,
    imageState: 'available',
    imageOwnerId: row.owner ?? ACCOUNT_ID,
    isPublic: false,
    architecture: 'x86_64',
    imageType: 'machine',
    name: row.name,
    description: row.description,
    creationDate: row.created,
    deprecationTime: row.deprecated,
    rootDeviceType: 'ebs',
    rootDeviceName: row.rootDevice,
    blockDeviceMapping: [
      {
        deviceName: row.rootDevice,
        ebs: {
          snapshotId: row.id.replace('ami-', 'snap-'),
          volumeSize: row.rootSize,
          deleteOnTermination: true,
          volumeType: 'gp3',
          encrypted: false,
        },
      },
    ],
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    sriovNetSupport: row.sriov ? 'simple' : undefined,
    enaSupport: row.ena,
    imdsSupport: row.tokensRequired ? 'v2.0' : undefined,
    tagSet: [],
  };
}
