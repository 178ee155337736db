import type { EC2Client, Filter, UnsuccessfulItem } from '@aws-sdk/client-ec2';
import type { Ec2Describe, Ec2Filters } from '../../../reconcilers/facts/fact.ts';
import type { Ec2Command } from '../../../reconcilers/operations/operation.ts';

export type Ec2Module = typeof import('./sdk.ts').sdk;

/** How a describe call is made: its pages, each as the items on it. */
export interface Described {
  readonly client: EC2Client;
  readonly filters: Ec2Filters;
  /** Items a page. */
  readonly pageSize: number;
  readonly closing: AbortSignal;
  /** Gets the account that owns what is in an answer, where the answer names it. */
  saw(owner: string | undefined): void;
}

type Pages = AsyncIterable<readonly unknown[]>;
type Describe = (module: Ec2Module, call: Described) => Pages;

/** A page size is always sent: calls without one are throttled at half the rate. Filters stay the same from page to page. */
export const describes: Readonly<Record<Ec2Describe, Describe>> = {
  DescribeVpcs: (module, call) => paged(module.paginateDescribeVpcs, ({ Vpcs }) => Vpcs, call),
  DescribeSubnets: (module, call) => paged(module.paginateDescribeSubnets, ({ Subnets }) => Subnets, call),
  DescribeInternetGateways: (module, call) =>
    paged(module.paginateDescribeInternetGateways, ({ InternetGateways }) => InternetGateways, call),
  DescribeRouteTables: (module, call) =>
    paged(module.paginateDescribeRouteTables, ({ RouteTables }) => RouteTables, { ...call, pageSize: 100 }),
  DescribeSecurityGroups: (module, call) =>
    paged(module.paginateDescribeSecurityGroups, ({ SecurityGroups }) => SecurityGroups, call),
  // A deprecated image can be launched, and its hosts made again, but is only listed on request. Source: EC2 User Guide, "Deprecate an AMI".
  DescribeImages: (module, call) =>
    paged(module.paginateDescribeImages, ({ Images }) => Images, call, { IncludeDeprecated: true }),
  DescribeInstanceTypes: (module, call) =>
    paged(module.paginateDescribeInstanceTypes, ({ InstanceTypes }) => InstanceTypes, { ...call, pageSize: 100 }),
  DescribeInstanceTypeOfferings: (module, call) =>
    paged(module.paginateDescribeInstanceTypeOfferings, ({ InstanceTypeOfferings }) => InstanceTypeOfferings, call, {
      LocationType: 'availability-zone',
    }),
  DescribeInstances: (module, call) =>
    paged(
      module.paginateDescribeInstances,
      ({ Reservations }) =>
        Reservations?.flatMap(({ OwnerId, Instances }) => {
          call.saw(OwnerId);
          return Instances ?? [];
        }),
      call,
    ),
  DescribeInstanceStatus: (module, call) =>
    paged(module.paginateDescribeInstanceStatus, ({ InstanceStatuses }) => InstanceStatuses, call),
  DescribeNetworkInterfaces: (module, call) =>
    paged(module.paginateDescribeNetworkInterfaces, ({ NetworkInterfaces }) => NetworkInterfaces, call),
  DescribeVolumes: (module, call) => paged(module.paginateDescribeVolumes, ({ Volumes }) => Volumes, call),
  DescribeVpcEndpoints: (module, call) =>
    paged(module.paginateDescribeVpcEndpoints, ({ VpcEndpoints }) => VpcEndpoints, call),
  // Its filters have a name of their own.
  DescribeNatGateways: async function* (module, { client, pageSize, filters, closing }) {
    const input = { Filter: filtersOf(filters) };
    const pages = module.paginateDescribeNatGateways({ client, pageSize }, input, { abortSignal: closing });
    for await (const { NatGateways = [] } of pages) yield NatGateways;
  },
  // One attribute of one instance a call.
  DescribeInstanceAttribute: async function* (module, { client, filters, closing }) {
    const InstanceId = filters['instance-id']?.[0];
    const command = new module.DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'disableApiTermination' });
    yield [await client.send(command, { abortSignal: closing })];
  },
  // These three have no pages.
  DescribePlacementGroups: async function* (module, { client, filters, closing }) {
    const command = new module.DescribePlacementGroupsCommand({ Filters: filtersOf(filters) });
    yield (await client.send(command, { abortSignal: closing })).PlacementGroups ?? [];
  },
  DescribeAddresses: async function* (module, { client, filters, closing }) {
    const command = new module.DescribeAddressesCommand({ Filters: filtersOf(filters) });
    yield (await client.send(command, { abortSignal: closing })).Addresses ?? [];
  },
  DescribeKeyPairs: async function* (module, { client, filters, closing }) {
    const command = new module.DescribeKeyPairsCommand({ Filters: filtersOf(filters) });
    yield (await client.send(command, { abortSignal: closing })).KeyPairs ?? [];
  },
};

/** What some calls take beside filters. */
interface Input {
  IncludeDeprecated?: boolean;
  LocationType?: 'availability-zone';
}

type Paginate<Page> = (
  config: { client: EC2Client; pageSize: number },
  input: { Filters: Filter[] } & Input,
  ...rest: [{ abortSignal: AbortSignal }]
) => AsyncIterable<Page>;

async function* paged<Page>(
  paginate: Paginate<Page>,
  itemsOf: (page: Page) => readonly unknown[] | undefined,
  { client, filters, pageSize, closing }: Described,
  more: Input = {},
): Pages {
  const pages = paginate({ client, pageSize }, { Filters: filtersOf(filters), ...more }, { abortSignal: closing });
  for await (const page of pages) yield itemsOf(page) ?? [];
}

function filtersOf(filters: Ec2Filters): Filter[] {
  return Object.entries(filters).map(([Name, values]) => ({ Name, Values: [...values] }));
}

/** Makes a changing call: the SDK names the command of each action after it. Some answer with what they did not do, which is an error here. */
export async function callOf(module: Ec2Module, client: EC2Client, { action, input }: Ec2Command): Promise<unknown> {
  const name: keyof Ec2Module = `${action}Command`;
  const Command = module[name] as unknown as new (input: object) => Parameters<EC2Client['send']>[0];
  const answer = await client.send(new Command(structuredClone(input)));
  const [failed] = (answer as { Unsuccessful?: UnsuccessfulItem[] }).Unsuccessful ?? [];
  if (!failed) return answer;
  const { Code = 'Unknown', Message = '' } = failed.Error ?? {};
  throw Object.assign(new Error(Message), { name: Code });
}
