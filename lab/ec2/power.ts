import type { Fleet } from '../daemon/fleet.ts';
import { instancesNamed, stateXml } from './describe.ts';
import { Ec2Error } from './errors.ts';
import { flag, list, type Parameters } from './query.ts';
import type { Instance, InstanceState } from './state.ts';
import type { Xml } from './xml.ts';

type Answer = { readonly [field: string]: Xml };

/** StartInstances: harmless on what runs; refused while an instance is still stopping. */
export function startInstances(fleet: Fleet, parameters: Parameters, failed: (error: unknown) => void): Answer {
  const chosen = choose(fleet, parameters);
  for (const one of chosen) if (one.state === 'stopping') throw wrongState(one, 'started');
  return transition(fleet, chosen, (one) => {
    if (one.state === 'stopped') fleet.start(one.host).catch(failed);
  });
}

/** StopInstances: `Force` pulls the plug, otherwise the operating system is asked to shut down. */
export function stopInstances(fleet: Fleet, parameters: Parameters, failed: (error: unknown) => void): Answer {
  const force = flag(parameters, 'Force');
  const chosen = choose(fleet, parameters);
  for (const one of chosen) if (one.state === 'pending') throw wrongState(one, 'stopped');
  return transition(fleet, chosen, (one) => {
    const reason = 'Client.UserInitiatedShutdown: User initiated shutdown';
    if (one.state === 'running' || (one.state === 'stopping' && force))
      fleet.stop(one.host, force, reason).catch(failed);
  });
}

/** RebootInstances: the instance stays `running` throughout, as EC2 shows it. */
export function rebootInstances(fleet: Fleet, parameters: Parameters, failed: (error: unknown) => void): Answer {
  const chosen = choose(fleet, parameters);
  for (const one of chosen) if (one.state !== 'running') throw wrongState(one, 'rebooted');
  for (const one of chosen) fleet.reboot(one.host).catch(failed);
  return { return: true };
}

function choose(fleet: Fleet, parameters: Parameters): readonly Instance[] {
  const ids = list(parameters, 'InstanceId');
  if (ids.length === 0) throw new Ec2Error('MissingParameter', 'The request must contain the parameter InstanceId');
  return instancesNamed(fleet.ec2, ids);
}

function transition(fleet: Fleet, chosen: readonly Instance[], act: (one: Instance) => void): Answer {
  for (const one of chosen) act(one);
  const now = (one: Instance): InstanceState => fleet.instance(one.host).state;
  return {
    instancesSet: chosen.map((one) => ({
      instanceId: one.host.instanceId,
      currentState: stateXml(now(one)),
      previousState: stateXml(one.state),
    })),
  };
}

function wrongState(one: Instance, verb: string): Ec2Error {
  return new Ec2Error(
    'IncorrectInstanceState',
    `The instance '${one.host.instanceId}' is not in a state from which it can be ${verb}.`,
  );
}
