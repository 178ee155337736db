import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Ec2Module } from './calls.ts';

/** A call that fails because something still uses its resource (DependencyViolation): the error then says what. */
export async function withUsers(module: Ec2Module, client: EC2Client, input: object, call: Promise<unknown>) {
  return call.catch(async (error: unknown) => {
    if (error instanceof Error && error.name === 'DependencyViolation') {
      const users = await usersOf(module, client, input).catch(() => []);
      if (users.length) error.message = `${error.message.replace(/\.$/, '')}: used by ${listed(users)}`;
    }
    throw error;
  });
}

/** Network interfaces hold on to their subnet, VPC and groups, and so does a group whose rules name another. */
async function usersOf(module: Ec2Module, client: EC2Client, input: object): Promise<readonly string[]> {
  const { SubnetId, VpcId, GroupId } = input as Readonly<Record<string, string | undefined>>;
  const [name, id] =
    GroupId !== undefined
      ? ['group-id', GroupId]
      : SubnetId !== undefined
        ? ['subnet-id', SubnetId]
        : ['vpc-id', VpcId];
  if (id === undefined) return [];
  const users: string[] = [];
  const inUse = { Filters: [{ Name: name, Values: [id] }] };
  for await (const { NetworkInterfaces = [] } of module.paginateDescribeNetworkInterfaces({ client }, inUse))
    users.push(
      ...NetworkInterfaces.map(({ NetworkInterfaceId, Attachment, Description }) => {
        const note = Attachment?.InstanceId ?? Description;
        return `${NetworkInterfaceId}${note ? ` (${note})` : ''}`;
      }),
    );
  if (GroupId === undefined) return users;
  const naming = { Filters: [{ Name: 'ip-permission.group-id', Values: [GroupId] }] };
  for await (const { SecurityGroups = [] } of module.paginateDescribeSecurityGroups({ client }, naming))
    users.push(...SecurityGroups.flatMap((one) => (one.GroupId === GroupId ? [] : [`the rules of ${one.GroupId}`])));
  return users;
}

function listed(users: readonly string[]): string {
  const more = users.length > 5 ? ` and ${users.length - 5} more` : '';
  return `${users.slice(0, 5).join(', ')}${more}`;
}
