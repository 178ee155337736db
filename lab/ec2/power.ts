import type { Fleet } from '../daemon/fleet.ts';
import { withoutSriov } from './attributes.ts';
import { Ec2Error, missingParameter } from './errors.ts';
import { typeOf } from './instance-types.ts';
import { instancesNamed, reservationXml, stateXml } from './instances.ts';
import { launch } from './launch.ts';
import type { Answer } from './listing.ts';
import { flag, list, type Parameters } from './query.ts';
import type { Ec2State, Instance } from './state.ts';

/** What a call does to machines, once it is known that it may: it answers at once, and goes on by itself. */
export type Act = (fleet: Fleet, failed: (error: unknown) => void) => Promise<Answer>;
/** Checks a call against the books, and says what it will do; throws EC2's own error. */
export type Power = (state: Ec2State, parameters: Parameters) => Act;

/** RunInstances: the host is `pending` when this answers, and comes to life. The same token once more answers the same host. */
export const runInstances: Power = (state, parameters) => {
  launch(state, parameters, new Date());
  return async (fleet, failed) => {
    const { instance, again, state: next } = launch(fleet.ec2, parameters, new Date());
    if (!again) {
      await fleet.change(next);
      fleet.create(instance.host).catch(failed);
    }
    return reservationXml(fleet.ec2, fleet.instance(instance.host));
  };
};

/** TerminateInstances: all of them or none; harmless on what is terminated. */
export const terminateInstances: Power = (state, parameters) => {
  const chosen = choose(state, parameters);
  const kept = chosen.find((one) => one.keptFromTermination);
  if (kept !== undefined)
    throw new Ec2Error(
      'OperationNotPermitted',
      `The instance '${kept.host.instanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    );
  return transition(parameters, (fleet, one, failed) => {
    const ending = ['shutting-down', 'terminated'].includes(one.state);
    if (!ending) fleet.terminate(one.host, 'Client.UserInitiatedShutdown: User initiated shutdown').catch(failed);
  });
};

/** StartInstances: harmless on what runs; refused while an instance is still stopping. */
export const startInstances: Power = (state, parameters) => {
  for (const one of choose(state, parameters)) {
    if (!['stopped', 'running', 'pending'].includes(one.state)) throw wrongState(one, 'started');
    const type = typeOf(one.type);
    if (type?.ena === 'required' && !one.ena)
      throw new Ec2Error(
        'InvalidParameterCombination',
        `Enhanced networking with the Elastic Network Adapter (ENA) is required for the '${one.type}' instance type. Ensure that your instance is enabled for ENA.`,
      );
    if (one.sriov && type?.ena === 'unsupported' && !type.sriov) throw withoutSriov(one);
  }
  return transition(parameters, (fleet, one, failed) => {
    if (one.state === 'stopped') fleet.start(one.host).catch(failed);
  });
};

/** StopInstances: `Force` pulls the plug, otherwise the operating system is asked to shut down. */
export const stopInstances: Power = (state, parameters) => {
  const force = flag(parameters, 'Force');
  for (const one of choose(state, parameters)) {
    if (one.state === 'pending')
      throw new Ec2Error(
        'IncorrectInstanceState',
        `Instance '${one.host.instanceId}' cannot be stopped as it has never reached the 'running' state.`,
      );
    if (!['running', 'stopping', 'stopped'].includes(one.state)) throw wrongState(one, 'stopped');
  }
  return transition(parameters, (fleet, one, failed) => {
    const reason = 'Client.UserInitiatedShutdown: User initiated shutdown';
    if (one.state === 'running' || (one.state === 'stopping' && force))
      fleet.stop(one.host, force, reason).catch(failed);
  });
};

/** RebootInstances: the instance stays `running` throughout, as EC2 shows it. */
export const rebootInstances: Power = (state, parameters) => {
  const chosen = choose(state, parameters);
  for (const one of chosen) if (one.state !== 'running') throw wrongState(one, 'rebooted');
  return async (fleet, failed) => {
    for (const one of chosen) fleet.reboot(one.host).catch(failed);
    return { return: true };
  };
};

function choose(state: Ec2State, parameters: Parameters): readonly Instance[] {
  const ids = list(parameters, 'InstanceId');
  if (ids.length === 0) throw missingParameter('InstanceId');
  return instancesNamed(state, ids);
}

function transition(
  parameters: Parameters,
  act: (fleet: Fleet, one: Instance, failed: (error: unknown) => void) => void,
): Act {
  return async (fleet, failed) => {
    const before = choose(fleet.ec2, parameters);
    for (const one of before) act(fleet, one, failed);
    return {
      instancesSet: before.map((one) => ({
        instanceId: one.host.instanceId,
        currentState: stateXml(fleet.instance(one.host).state),
        previousState: stateXml(one.state),
      })),
    };
  };
}

function wrongState(one: Instance, verb: string): Ec2Error {
  return new Ec2Error(
    'IncorrectInstanceState',
    `The instance '${one.host.instanceId}' is not in a state from which it can be ${verb}.`,
  );
}
