import { expect } from 'chai';
import { answerFor, whyEnded } from '../../../../reconcilers/shared/ec2-answers/index.ts';

const launch = { region: 'eu-west-1', zones: ['eu-west-1a', 'eu-west-1b'], type: 'm5.large', image: 'ami-1' };

describe('what EC2 answers', () => {
  const cases: readonly [code: string, said: string, kind: string, todo: RegExp][] = [
    [
      'InsufficientInstanceCapacity',
      'no capacity in (eu-west-1a).',
      'unreachable',
      /m5a\.large.*subnets in eu-west-1b\)/,
    ],
    ['InsufficientInstanceCapacity', 'no capacity', 'unreachable', /another zone$/],
    ['VcpuLimitExceeded', '', 'refused', /Standard \(A, C.*ec2 --quota-code L-1216C47A .*--region eu-west-1/],
    ['InsufficientFreeAddressesInSubnet', '', 'refused', /larger subnet/],
    ['PendingVerification', '', 'unreachable', /e-mail/],
    [
      'OptInRequired',
      'To do so visit https://aws.amazon.com/marketplace/pp?sku=1',
      'refused',
      /open https.*sku=1,.*terms/,
    ],
    ['OptInRequired', 'You are not subscribed to this service', 'refused', /terms/],
    ['OptInRequired', 'Not signed up', 'refused', /enable-region/],
    ['UnauthorizedOperation', 'You are not authorized', 'refused', /statement CreateHosts/],
    ['UnauthorizedOperation', 'with an explicit deny in a service control policy', 'refused', /service control policy/],
    ['AuthFailure', 'Not authorized for images: [ami-1]', 'refused', /shared with this account/],
    ['InvalidAMIID.NotFound', '', 'refused', /AMI of eu-west-1/],
    ['InvalidAMIID.Malformed', '', 'refused', /AMI of eu-west-1/],
    ['InvalidAMIID.Unavailable', '', 'refused', /another `image`/],
    ['InvalidParameterValue', "The architecture 'arm64' of the specified", 'refused', /architecture of m5\.large/],
    ['InvalidParameterValue', 'Invalid value', 'refused', /correct the value/],
    [
      'Unsupported',
      'instance type (m5.large) is not supported in your requested Availability Zone (eu-west-1a).',
      'refused',
      /subnets in eu-west-1b.*type-offerings/,
    ],
    ['VpcLimitExceeded', '', 'refused', /VPCs per Region.*L-F678F1CE/],
    ['VolumeLimitExceeded', '', 'refused', /gp3 volumes.*L-7A658B76/],
    ['AddressLimitExceeded', '', 'refused', /Elastic IPs.*L-0263D0A3/],
    ['NatGatewayLimitExceeded', '', 'refused', /NAT gateways.*L-FE5A380F/],
    ['VpcEndpointLimitExceeded', '', 'refused', /L-29B6F2EB/],
    ['InvalidParameter', 'requires both enableDnsSupport and enableDnsHostnames', 'refused', /modify-vpc-attribute/],
    ['InvalidParameter', 'there is already a conflicting DNS domain for ec2', 'protocol', /adopt it/],
    ['RouteAlreadyExists', 'a route with destination-prefix-list-id of s3', 'protocol', /adopt it/],
    ['Resource.AlreadyAssociated', '', 'protocol', /the next pass/],
    ['NatGatewayNotFound', '', 'protocol', /a minute/],
    ['PrivateIpAddressLimitExceeded', '', 'refused', /larger instance type/],
    ['HostLimitExceeded', '', 'refused', /Service Quotas/],
    ['DependencyViolation', '', 'protocol', /what uses it/],
    ['InvalidVpcID.NotFound', '', 'protocol', /a minute/],
  ];
  for (const [code, said, kind, todo] of cases)
    it(`${code}${said && `: ${said}`}`, () => {
      const answer = answerFor({ ...launch, code, said, statements: ['CreateHosts'] });
      expect(answer?.kind).to.equal(kind);
      expect(answer?.todo).to.match(todo);
    });

  it('has the quota of each family of instance types', () => {
    const codeOf = (type: string) =>
      /L-\w+/.exec(answerFor({ code: 'VcpuLimitExceeded', said: '', type })?.todo ?? '')?.[0];
    const types = [
      't4g.nano',
      'inf2.xlarge',
      'u-6tb1.metal',
      'u7i-12tb.224xlarge',
      'x2gd.large',
      'g5.xlarge',
      'p4d.24xlarge',
    ];
    const codes = ['L-1216C47A', 'L-1945791B', 'L-43DA4232', 'L-43DA4232', 'L-7295265B', 'L-DB2E81BA', 'L-417A185B'];
    expect(types.map(codeOf)).to.deep.equal(codes);
  });

  it('does not know every code', () => {
    expect(answerFor({ code: 'Resource.AlreadyAssigned', said: '' })).to.equal(undefined);
  });

  const ends: readonly [reason: string, words: RegExp][] = [
    ['Client.InternalError: Client error on launch', /KMS key/],
    ['Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state', /enable the key/],
    ['Client.InvalidSnapshot.NotFound: The specified snapshot was not found.', /declare another `image`/],
    ['Client.UserInitiatedShutdown: User initiated shutdown', /CloudTrail/],
    ['Client.InstanceInitiatedShutdown: Instance initiated shutdown', /console/],
    ['Server.InsufficientInstanceCapacity: Insufficient capacity', /m5a\.large/],
    ['Server.InternalError: Internal error on launch', /side of EC2/],
    ['Client.VolumeLimitExceeded: Volume limit exceeded', /L-7A658B76/],
  ];
  for (const [reason, words] of ends)
    it(`an instance that ended: ${reason}`, () => {
      expect(whyEnded(reason, launch)).to.contain(reason.replace(/\.$/, '')).and.match(words);
    });

  it('an instance that ended for a reason that is not in the table, or for none that EC2 gives', () => {
    expect(whyEnded('Client.Unheard: of')).to.equal('Client.Unheard: of');
    expect(whyEnded(undefined)).to.equal('EC2 gives no reason');
  });
});
