import type { EC2Client, Filter } from '@aws-sdk/client-ec2';
import type { Ec2Describe, Ec2Filters } from '../../reconcilers/questions/sense.ts';
import type { Ec2Command } from '../../reconcilers/verbs/verb.ts';

export type Ec2Module = typeof import('@aws-sdk/client-ec2');

/** How a describe call is made: its pages, each as the items on it. */
export interface Described {
  readonly client: EC2Client;
  readonly filters: Ec2Filters;
  /** Items a page. */
  readonly pageSize: number;
  readonly closing: AbortSignal;
}

type Pages = AsyncIterable<readonly unknown[]>;
type Describe = (module: Ec2Module, asked: Described) => Pages;

/** A page size is always sent: calls without one are throttled at half the rate. Filters stay the same from page to page. */
export const describes: Readonly<Record<Ec2Describe, Describe>> = {
  DescribeVpcs: (module, asked) => paged(module.paginateDescribeVpcs, ({ Vpcs }) => Vpcs, asked),
  DescribeSubnets: (module, asked) => paged(module.paginateDescribeSubnets, ({ Subnets }) => Subnets, asked),
  DescribeInternetGateways: (module, asked) =>
    paged(module.paginateDescribeInternetGateways, ({ InternetGateways }) => InternetGateways, asked),
  DescribeRouteTables: (module, asked) =>
    paged(module.paginateDescribeRouteTables, ({ RouteTables }) => RouteTables, { ...asked, pageSize: 100 }),
  DescribeSecurityGroups: (module, asked) =>
    paged(module.paginateDescribeSecurityGroups, ({ SecurityGroups }) => SecurityGroups, asked),
  DescribeImages: (module, asked) => paged(module.paginateDescribeImages, ({ Images }) => Images, asked),
  DescribeInstanceTypes: (module, asked) =>
    paged(module.paginateDescribeInstanceTypes, ({ InstanceTypes }) => InstanceTypes, { ...asked, pageSize: 100 }),
  DescribeInstances: (module, asked) =>
    paged(
      module.paginateDescribeInstances,
      ({ Reservations }) => Reservations?.flatMap(({ Instances }) => Instances ?? []),
      asked,
    ),
  DescribeInstanceStatus: (module, asked) =>
    paged(module.paginateDescribeInstanceStatus, ({ InstanceStatuses }) => InstanceStatuses, asked),
  DescribeNetworkInterfaces: (module, asked) =>
    paged(module.paginateDescribeNetworkInterfaces, ({ NetworkInterfaces }) => NetworkInterfaces, asked),
  // The only one without pages.
  DescribeKeyPairs: async function* (module, { client, filters, closing }) {
    const command = new module.DescribeKeyPairsCommand({ Filters: filtersOf(filters) });
    yield (await client.send(command, { abortSignal: closing })).KeyPairs ?? [];
  },
};

type Paginate<Page> = (
  config: { client: EC2Client; pageSize: number },
  input: { Filters: Filter[] },
  ...rest: [{ abortSignal: AbortSignal }]
) => AsyncIterable<Page>;

async function* paged<Page>(
  paginate: Paginate<Page>,
  itemsOf: (page: Page) => readonly unknown[] | undefined,
  { client, filters, pageSize, closing }: Described,
): Pages {
  const pages = paginate({ client, pageSize }, { Filters: filtersOf(filters) }, { abortSignal: closing });
  for await (const page of pages) yield itemsOf(page) ?? [];
}

function filtersOf(filters: Ec2Filters): Filter[] {
  return Object.entries(filters).map(([Name, values]) => ({ Name, Values: [...values] }));
}

/** Makes a changing call: the SDK names the command of each action after it. */
export async function callOf(module: Ec2Module, client: EC2Client, { action, input }: Ec2Command): Promise<unknown> {
  const Command = module[`${action}Command`] as unknown as new (input: object) => Parameters<EC2Client['send']>[0];
  return client.send(new Command(structuredClone(input)));
}
