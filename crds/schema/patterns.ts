/** A description and an example of each format and pattern in the schemas. A test checks that none is missing. */
export interface PatternDescription {
  readonly description: string;
  readonly example: string;
}

const NAME = {
  description: 'a name of lower-case letters, digits and "-", that starts with a letter and does not end with "-"',
  example: 'redis-1',
};
const TEXT = { description: 'a single line of text without control characters', example: '/etc/redis-ec2/known_hosts' };

export const FORMATS: Readonly<Record<string, PatternDescription>> = {
  ipv4: { description: 'an IPv4 address', example: '10.101.0.11' },
  cidr: { description: 'an IPv4 range that starts with its first address', example: '10.101.0.0/24' },
  'date-time': { description: 'a date and time with a zone', example: '2026-01-31T12:00:00Z' },
};

export const PATTERNS: Readonly<Record<string, PatternDescription>> = {
  '^[a-z]([-a-z0-9]*[a-z0-9])?$': NAME,
  '^[a-z][a-z0-9]*$': {
    description: 'a name of lower-case letters and digits that starts with a letter',
    example: 'r1',
  },
  '^[a-z]+(-[a-z0-9]+)+$': { description: 'an AWS region', example: 'eu-central-1' },
  '^[0-9]{12}$': { description: 'an AWS account id of twelve digits', example: '123456789012' },
  '^arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$': {
    description: 'the ARN of an IAM role',
    example: 'arn:aws:iam::123456789012:role/redis-operator',
  },
  '^[A-Za-z0-9+=,.@:/_-]{2,1224}$': {
    description: 'an external id: letters, digits and "+=,.@:/_-"',
    example: 'redis-platform',
  },
  '^[A-Za-z0-9+=,.@_-]{2,64}$': { description: 'a role session name', example: 'ec2-redis-operator' },
  '^https?://[^\\s/?#]+(/[^\\s]*)?$': {
    description: 'an http or https URL',
    example: 'https://ec2.eu-central-1.amazonaws.com',
  },
  '^(unmanaged|-?[0-9]+( -?[0-9]+)*)$': { description: 'numbers, or "unmanaged"', example: '10240 65535' },
  '^[a-z_][a-z0-9_-]{0,31}$': { description: 'a user name', example: 'root' },
  '^[^\\x00-\\x1f\\x7f]+$': TEXT,
  '^[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]*$': {
    description: 'a single line of text that starts with no space',
    example: 'moving racks',
  },
  '^[^\\x00-\\x1f\\x7f]*$': { description: 'a single line of text without control characters', example: 'noeviction' },
  '^[A-Za-z0-9:]([A-Za-z0-9.:-]*[A-Za-z0-9])?$': {
    description: 'a DNS name or an IP address',
    example: 'bastion.example.com',
  },
  '^i-[0-9a-f]{8,17}$': { description: 'an instance id', example: 'i-0123456789abcdef0' },
  '^vpc-[0-9a-f]{8,17}$': { description: 'a VPC id', example: 'vpc-0123456789abcdef0' },
  '^eipalloc-[0-9a-f]{8,17}$': { description: 'an allocation id', example: 'eipalloc-0123456789abcdef0' },
  '^subnet-[0-9a-f]{8,17}$': { description: 'a subnet id', example: 'subnet-0123456789abcdef0' },
  '^igw-[0-9a-f]{8,17}$': { description: 'an internet gateway id', example: 'igw-0123456789abcdef0' },
  '^nat-[0-9a-f]{8,17}$': { description: 'a NAT gateway id', example: 'nat-0123456789abcdef0' },
  '^vpce-[0-9a-f]{8,17}$': { description: 'a VPC endpoint id', example: 'vpce-0123456789abcdef0' },
  '^rtb-[0-9a-f]{8,17}$': { description: 'a route table id', example: 'rtb-0123456789abcdef0' },
  '^sg-[0-9a-f]{8,17}$': { description: 'a security group id', example: 'sg-0123456789abcdef0' },
  '^ami-[0-9a-f]{8,17}$': { description: 'an AMI id', example: 'ami-0123456789abcdef0' },
  '^[a-z]+(-[a-z0-9]+)*-[0-9]+[a-z]$': { description: 'an availability zone', example: 'eu-central-1a' },
  '^[a-z][a-z0-9-]*\\.[a-z0-9-]+$': { description: 'an instance type', example: 'm5.large' },
  '^[A-Za-z0-9+=,.@_-]{1,128}$': { description: 'the name of an IAM instance profile or role', example: 'redis-proxy' },
  '^[A-Za-z0-9:/_-]{1,256}$': { description: 'the ARN, id or alias of a KMS key', example: 'alias/redis' },
  '^[1-9][0-9]*(Gi|Ti)$': { description: 'a size in whole Gi or Ti', example: '20Gi' },
  '^(/[A-Za-z0-9_+.-]+)+$': {
    description: 'an absolute path of letters, digits and "_+.-"',
    example: '/srv/templates/redis-bookworm.tar.gz',
  },
  '^[0-9a-f]{64}$': {
    description: 'a SHA-256 digest of 64 lower-case hexadecimal digits',
    example: 'the output of sha256sum',
  },
  '^[A-Za-z_][A-Za-z0-9_]*$': { description: 'the name of an environment variable', example: 'ACME_PASSWORD' },
  '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$': { description: 'a duration with its unit (ms, s, m or h)', example: '5s' },
  '^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$': {
    description: 'a number of bytes, with or without a unit (Ki, Mi, Gi, Ti, k, M, G, T)',
    example: '512Mi',
  },
  '^[0-9A-Za-z][0-9A-Za-z.+:~_-]*$': { description: "a package's version", example: '2.6.12-1+deb12u4' },
  '^(https?://|file:///)[^\\s]+$': {
    description: 'an http, https or file URL without spaces',
    example: 'https://packages.example.com/debian',
  },
  '^[A-Za-z0-9][A-Za-z0-9./_-]*$|^\\./$': { description: 'a suite of a repository', example: 'bookworm' },
  '^[A-Za-z0-9][A-Za-z0-9./_-]*$': { description: 'a component of a suite', example: 'main' },
  '^https?://[^\\s/?#@"\\\\]+(/[^\\s"\\\\]*)?$': {
    description: 'an http or https URL without user name and password',
    example: 'https://templates.example.com/redis-bookworm.tar.gz',
  },
  '^[a-z0-9][a-z0-9+.-]+$': { description: 'the name of a Debian package', example: 'redis-server' },
  '^[a-z0-9][a-z0-9.-]*[a-z0-9]$': { description: 'the name of an S3 bucket', example: 'example-templates' },
  '^[A-Za-z0-9_.+-]+(/[A-Za-z0-9_.+-]+)*$': {
    description: 'the key of an S3 object, of letters, digits and "_.+-/"',
    example: 'redis/bookworm.tar.gz',
  },
  '^([01][0-9]|2[0-3]):[0-5][0-9]$': { description: 'a time of day as hours and minutes', example: '02:00' },
  '^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$': { description: 'the name of a time zone', example: 'Europe/Berlin' },
  '^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$': {
    description: 'an amount of CPU, in cores or thousandths (m)',
    example: '500m',
  },
};
