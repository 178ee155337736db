/** What each format and pattern of the schemas means, in words; a test holds that none is missing. */
export interface Words {
  readonly what: string;
  readonly example: string;
}

const NAME = {
  what: 'a name of lower-case letters, digits and "-", that starts with a letter and does not end with "-"',
  example: 'redis-1',
};
const TEXT = { what: 'a single line of text without control characters', example: '/etc/redis-ec2/known_hosts' };

export const FORMATS: Readonly<Record<string, Words>> = {
  ipv4: { what: 'an IPv4 address', example: '10.101.0.11' },
  cidr: { what: 'an IPv4 range whose address is the first of the range', example: '10.101.0.0/24' },
  'date-time': { what: 'a date and time', example: '2026-01-31T12:00:00Z' },
};

export const PATTERNS: Readonly<Record<string, Words>> = {
  '^[a-z]([-a-z0-9]*[a-z0-9])?$': NAME,
  '^[a-z][a-z0-9]*$': { what: 'a name of lower-case letters and digits that starts with a letter', example: 'r1' },
  '^[a-z]+(-[a-z0-9]+)+$': { what: 'an AWS region', example: 'eu-central-1' },
  '^https?://[^\\s/?#]+(/[^\\s]*)?$': {
    what: 'an http or https URL',
    example: 'https://ec2.eu-central-1.amazonaws.com',
  },
  '^[a-z_][a-z0-9_-]{0,31}$': { what: 'a user name', example: 'root' },
  '^[^\\x00-\\x1f\\x7f]+$': TEXT,
  '^[^\\x00-\\x1f\\x7f]*$': { what: 'a single line of text without control characters', example: 'noeviction' },
  '^i-[0-9a-f]{8,17}$': { what: 'an instance id', example: 'i-0123456789abcdef0' },
  '^vpc-[0-9a-f]{8,17}$': { what: 'a VPC id', example: 'vpc-0123456789abcdef0' },
  '^subnet-[0-9a-f]{8,17}$': { what: 'a subnet id', example: 'subnet-0123456789abcdef0' },
  '^igw-[0-9a-f]{8,17}$': { what: 'an internet gateway id', example: 'igw-0123456789abcdef0' },
  '^sg-[0-9a-f]{8,17}$': { what: 'a security group id', example: 'sg-0123456789abcdef0' },
  '^ami-[0-9a-f]{8,17}$': { what: 'an AMI id', example: 'ami-0123456789abcdef0' },
  '^[a-z]+(-[a-z0-9]+)*-[0-9]+[a-z]$': { what: 'an availability zone', example: 'eu-central-1a' },
  '^[a-z][a-z0-9-]*\\.[a-z0-9-]+$': { what: 'an instance type', example: 'm5.large' },
  '^[A-Za-z0-9+=,.@_-]{1,128}$': { what: 'the name of an IAM instance profile', example: 'redis-proxy' },
  '^[1-9][0-9]*(Gi|Ti)$': { what: 'a size in whole Gi or Ti', example: '20Gi' },
  '^(/[A-Za-z0-9_+.-]+)+$': {
    what: 'an absolute path of letters, digits and "_+.-"',
    example: '/srv/templates/redis-bookworm.tar.gz',
  },
  '^[0-9a-f]{64}$': { what: 'a SHA-256 digest of 64 lower-case hexadecimal digits', example: 'what sha256sum prints' },
  '^[A-Za-z_][A-Za-z0-9_]*$': { what: 'the name of an environment variable', example: 'ACME_PASSWORD' },
  '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$': { what: 'a duration with its unit (ms, s, m or h)', example: '5s' },
  '^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$': {
    what: 'an amount of octets, with a unit (Ki, Mi, Gi, Ti, k, M, G, T) or without',
    example: '512Mi',
  },
  '^[0-9A-Za-z][0-9A-Za-z.+:~_-]*$': { what: "a package's version", example: '2.6.12-1+deb12u4' },
  '^(https?://|file:///)[^\\s]+$': {
    what: 'an http, https or file URL without spaces',
    example: 'https://packages.example.com/debian',
  },
  '^[A-Za-z0-9][A-Za-z0-9./_-]*$|^\\./$': { what: 'a suite of a repository', example: 'bookworm' },
  '^[A-Za-z0-9][A-Za-z0-9./_-]*$': { what: 'a component of a suite', example: 'main' },
  '^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$': { what: 'an amount of CPU, in cores or thousandths (m)', example: '500m' },
};
