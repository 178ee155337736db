import { act, blind, type Drift, operator, wait } from '../drift.ts';
import { ec2Step, isOurs, partTags } from '../ec2-tags.ts';
import { adoptionWords, type GroundSight } from '../ground.ts';
import type { Gateway } from '../questions/ground.ts';
import { reasonOf } from '../service.ts';
import { type DesiredPart, finding } from './desired.ts';

const anywhere = '0.0.0.0/0';

/** The internet gateway: attached to the VPC, and the default route of its main route table leads to it. */
export function gatewayDrift(desired: DesiredPart, sight: GroundSight): readonly Drift[] {
  const { cluster } = desired;
  const { internetGateway } = cluster.network;
  const { gateways, vpc } = sight;
  const field = 'internet gateway';
  if (gateways.state !== 'present')
    return [finding(desired, field, 'attached', 'could not be seen', blind(reasonOf(gateways)))];
  if (vpc.state !== 'there')
    return [finding(desired, field, 'attached', 'none', wait('rests on network/vpc', 'network/vpc'))];
  const ours = gateways.value.filter(({ vpcIds }) => vpcIds.length === 0 || vpcIds.includes(vpc.value.id));
  const [gateway, ...others] = [...ours].sort((a, b) => b.vpcIds.length - a.vpcIds.length || (a.id < b.id ? -1 : 1));
  if (!gateway) {
    const adopt = internetGateway && 'adopt' in internetGateway ? internetGateway.adopt : undefined;
    const make = ec2Step(`create internet gateway ${cluster.name}-internet-gateway`, 'CreateInternetGateway', {
      TagSpecifications: partTags('internet-gateway', cluster.name, 'internet-gateway'),
    });
    const remedy = adopt
      ? operator(`nothing ${adoptionWords(adopt)} is free or attached to ${vpc.value.id}: correct what is adopted`)
      : act([make]);
    return [finding(desired, field, `attached to ${vpc.value.id}`, 'none', remedy)];
  }
  return [
    ...attachmentDrift(desired, gateway, vpc.value.id),
    ...routeDrift(desired, gateway, vpc.value.id, sight),
    ...others.filter((one) => isOurs(one, cluster.name)).map((twin) => twinDrift(desired, twin)),
  ];
}

function attachmentDrift(desired: DesiredPart, { id, vpcIds }: Gateway, vpcId: string): readonly Drift[] {
  if (vpcIds.includes(vpcId)) return [];
  const attach = ec2Step(`attach internet gateway ${id} to ${vpcId}`, 'AttachInternetGateway', {
    InternetGatewayId: id,
    VpcId: vpcId,
  });
  const { internetGateway } = desired.cluster.network;
  const adopted = internetGateway && 'adopt' in internetGateway;
  const remedy = adopted
    ? operator(`attach it: aws ec2 attach-internet-gateway --internet-gateway-id ${id} --vpc-id ${vpcId}`)
    : act([attach]);
  return [finding(desired, `internet gateway ${id}`, `attached to ${vpcId}`, 'attached to nothing', remedy)];
}

function routeDrift(
  desired: DesiredPart,
  { id }: Gateway,
  vpcId: string,
  { routeTables }: GroundSight,
): readonly Drift[] {
  const field = 'default route';
  if (routeTables.state !== 'present')
    return [finding(desired, field, `to ${id}`, 'could not be seen', blind(reasonOf(routeTables)))];
  const table = routeTables.value.find((one) => one.vpcId === vpcId);
  if (!table) return [finding(desired, field, `to ${id}`, 'no main route table', wait('EC2 does not show it yet'))];
  const route = table.routes.find(({ destination }) => destination === anywhere);
  if (route?.gatewayId === id && route.state !== 'blackhole') return [];
  const have = route ? `to ${route.gatewayId || 'something else'} (${route.state})` : 'none';
  const input = { RouteTableId: table.id, DestinationCidrBlock: anywhere, GatewayId: id };
  const { vpc } = desired.cluster.network;
  const words = `the VPC is not ours to change: route ${anywhere} to ${id} in ${table.id}, or leave internetGateway out`;
  const mend = ec2Step(`route ${anywhere} to ${id} in ${table.id}`, route ? 'ReplaceRoute' : 'CreateRoute', input);
  return [finding(desired, field, `to ${id}`, have, vpc && 'adopt' in vpc ? operator(words) : act([mend]))];
}

function twinDrift(desired: DesiredPart, { id }: Gateway): Drift {
  const away = ec2Step(`delete internet gateway ${id}, made twice`, 'DeleteInternetGateway', { InternetGatewayId: id });
  return finding(desired, `internet gateway ${id}`, 'one alone', 'made twice', act([away]));
}
