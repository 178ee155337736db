import { withoutSriov } from './attributes.ts';
import type { Ec2Backend } from './backend.ts';
import { Ec2Error, missingParameter } from './errors.ts';
import { typeOf } from './instance-types.ts';
import { instancesNamed, reservationXml, stateXml } from './instances.ts';
import { launch } from './launch.ts';
import type { Answer } from './listing.ts';
import { flag, list, type Parameters } from './query.ts';
import type { Ec2State, Instance } from './state.ts';

/** Carries out a call that was checked: it answers at once, and the machines follow in the background. */
export type Act = (backend: Ec2Backend, failed: (error: unknown) => void) => Promise<Answer>;
/** Checks a call against the state, and returns what to do; throws EC2's own error. */
export type Power = (state: Ec2State, parameters: Parameters) => Act;

/** RunInstances: the host is `pending` when this answers, and boots afterwards. The same client token returns the same host. */
export const runInstances: Power = (state, parameters) => {
  launch(state, parameters, new Date());
  return async (backend, failed) => {
    const { instance, repeated, state: next } = launch(backend.ec2, parameters, new Date());
    // Also one that has ended.
    if (repeated) return reservationXml(backend.ec2, instance);
    await backend.change(next);
    backend.create(instance.host).catch(failed);
    return reservationXml(backend.ec2, backend.instance(instance.host));
  };
};

/** TerminateInstances: all of them or none; terminated ones are left as they are. */
export const terminateInstances: Power = (state, parameters) => {
  const chosen = choose(state, parameters);
  const protectedOne = chosen.find((one) => one.terminationProtected);
  if (protectedOne !== undefined)
    throw new Ec2Error(
      'OperationNotPermitted',
      `The instance '${protectedOne.host.instanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    );
  return transition(parameters, (backend, one, failed) => {
    const ending = ['shutting-down', 'terminated'].includes(one.state);
    if (!ending) backend.terminate(one.host, 'Client.UserInitiatedShutdown: User initiated shutdown').catch(failed);
  });
};

/** StartInstances: running ones are left as they are; refused while an instance is still stopping. */
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
  return transition(parameters, (backend, one, failed) => {
    if (one.state === 'stopped') backend.start(one.host).catch(failed);
  });
};

/** StopInstances: `Force` cuts the power, otherwise the operating system is asked to shut down. */
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
  return transition(parameters, (backend, one, failed) => {
    const reason = 'Client.UserInitiatedShutdown: User initiated shutdown';
    if (one.state === 'running' || (one.state === 'stopping' && force))
      backend.stop(one.host, force, reason).catch(failed);
  });
};

/** RebootInstances: the instance stays `running` throughout, as EC2 shows it. */
export const rebootInstances: Power = (state, parameters) => {
  const chosen = choose(state, parameters);
  for (const one of chosen) if (one.state !== 'running') throw wrongState(one, 'rebooted');
  return async (backend, failed) => {
    for (const one of chosen) backend.reboot(one.host).catch(failed);
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
  act: (backend: Ec2Backend, one: Instance, failed: (error: unknown) => void) => void,
): Act {
  return async (backend, failed) => {
    const before = choose(backend.ec2, parameters);
    for (const one of before) act(backend, one, failed);
    return {
      instancesSet: before.map((one) => ({
        instanceId: one.host.instanceId,
        currentState: stateXml(backend.instance(one.host).state),
        previousState: stateXml(one.state),
      })),
    };
  };
}

function wrongState(one: Instance, operation: string): Ec2Error {
  return new Ec2Error(
    'IncorrectInstanceState',
    `The instance '${one.host.instanceId}' is not in a state from which it can be ${operation}.`,
  );
}
