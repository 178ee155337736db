import { invalidValue } from './errors.ts';
import { type Change, find } from './find.ts';
import { type Parameters, required } from './query.ts';
import { type Ec2State, type MetadataOptions, withInstance } from './state.ts';

/** The metadata options in a call, whose parameters start with `prefix`; `now` gives the defaults. */
export function metadataAsked(parameters: Parameters, prefix: string, now: MetadataOptions): MetadataOptions {
  const one = <T extends string>(name: string, allowed: readonly T[], have: T): T => {
    const value = parameters.get(`${prefix}${name}`) ?? have;
    const found = allowed.find((word) => word === value);
    if (found !== undefined) return found;
    throw invalidValue(`Value (${value}) for parameter ${name} is invalid. Expecting one of: ${allowed.join(', ')}`);
  };
  const hopLimit = Number(parameters.get(`${prefix}HttpPutResponseHopLimit`) ?? now.hopLimit);
  if (!(hopLimit >= 1 && hopLimit <= 64))
    throw invalidValue(`Value (${hopLimit}) for parameter HttpPutResponseHopLimit is invalid. Expecting 1 to 64.`);
  return {
    tokens: one('HttpTokens', ['required', 'optional'], now.tokens),
    endpoint: one('HttpEndpoint', ['enabled', 'disabled'], now.endpoint),
    hopLimit,
  };
}

export function modifyInstanceMetadataOptions(state: Ec2State, parameters: Parameters): Change {
  const { host, metadata } = find.instance(state, required(parameters, 'InstanceId'));
  const next = metadataAsked(parameters, '', metadata);
  return {
    state: withInstance(state, host, { metadata: next }),
    answer: {
      instanceId: host.instanceId,
      instanceMetadataOptions: {
        state: 'pending',
        httpTokens: next.tokens,
        httpPutResponseHopLimit: next.hopLimit,
        httpEndpoint: next.endpoint,
      },
    },
  };
}
