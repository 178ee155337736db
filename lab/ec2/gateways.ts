import { ACCOUNT_ID } from '../topology.ts';
import { Ec2Error, invalidValue } from './errors.ts';
import { type Change, find, replaced, without } from './find.ts';
import { newId } from './ids.ts';
import { described, type Listing, tagSet } from './listing.ts';
import { hasPublicAddresses } from './public-addresses.ts';
import { type Parameters, required } from './query.ts';
import { type Ec2State, type InternetGateway, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';
import type { Xml } from './xml.ts';

const GATEWAYS: Listing<InternetGateway> = {
  set: 'internetGatewaySet',
  ids: 'InternetGatewayId',
  prefix: 'igw',
  id: (row) => row.id,
  rows: (state) => state.gateways,
  fields: () => ({
    'internet-gateway-id': (row) => [row.id],
    'attachment.vpc-id': (row) => (row.vpcId === undefined ? [] : [row.vpcId]),
    'attachment.state': (row) => (row.vpcId === undefined ? [] : ['available']),
    'owner-id': () => [ACCOUNT_ID],
  }),
  xml: gatewayXml,
};

export const describeInternetGateways = described(GATEWAYS);

/** CreateInternetGateway. A lab has no internet access: gateways and routes to them are stored and shown, but carry no packets. */
export function createInternetGateway(state: Ec2State, parameters: Parameters): Change {
  const gateway = { id: newId('igw'), vpcId: undefined };
  const tags = specifiedTags(parameters, 'internet-gateway');
  const next = withTags({ ...state, gateways: [...state.gateways, gateway] }, gateway.id, tags);
  return { state: next, answer: { internetGateway: gatewayXml(next, gateway) } };
}

export function attachInternetGateway(state: Ec2State, parameters: Parameters): Change {
  const gateway = find.gateway(state, required(parameters, 'InternetGatewayId'));
  const vpc = find.vpc(state, required(parameters, 'VpcId'));
  if (gateway.vpcId !== undefined)
    throw new Ec2Error(
      'Resource.AlreadyAssociated',
      `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
    );
  if (state.gateways.some((one) => one.vpcId === vpc.id))
    throw invalidValue(`Network ${vpc.id} already has an internet gateway attached`);
  return done({ ...state, gateways: replaced(state.gateways, { ...gateway, vpcId: vpc.id }) });
}

/** DetachInternetGateway: refused while an interface in the VPC has a public or Elastic IP address. */
export function detachInternetGateway(state: Ec2State, parameters: Parameters): Change {
  const gateway = find.gateway(state, required(parameters, 'InternetGatewayId'));
  const vpc = find.vpc(state, required(parameters, 'VpcId'));
  if (gateway.vpcId !== vpc.id)
    throw new Ec2Error('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${vpc.id}`);
  if (hasPublicAddresses(state, vpc.id))
    throw new Ec2Error(
      'DependencyViolation',
      `Network ${vpc.id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    );
  return done({ ...state, gateways: replaced(state.gateways, { ...gateway, vpcId: undefined }) });
}

export function deleteInternetGateway(state: Ec2State, parameters: Parameters): Change {
  const { id, vpcId } = find.gateway(state, required(parameters, 'InternetGatewayId'));
  if (vpcId !== undefined)
    throw new Ec2Error('DependencyViolation', `The internetGateway '${id}' has dependencies and cannot be deleted.`);
  return done(withoutTags({ ...state, gateways: without(state.gateways, id) }, [id]));
}

function done(state: Ec2State): Change {
  return { state, answer: { return: true } };
}

function gatewayXml(state: Ec2State, row: InternetGateway): Xml {
  return {
    internetGatewayId: row.id,
    ownerId: ACCOUNT_ID,
    attachmentSet: row.vpcId === undefined ? [] : [{ vpcId: row.vpcId, state: 'available' }],
    tagSet: tagSet(state, row.id),
  };
}
