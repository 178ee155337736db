import type { Creation } from '../../crds/fleet.ts';
import { act, type Drift, notice, operator, wait } from '../drift.ts';
import { ec2Step } from '../ec2-tags.ts';
import type { Instance } from '../inventory.ts';
import { marks } from '../marks.ts';
import { type DesiredInstance, finding } from './desired.ts';

/** An instance of ours that is there: it runs, has its address, and is set as declared. */
export function settingsDrift(desired: DesiredInstance, creation: Creation, instance: Instance): readonly Drift[] {
  const astray = addressDrift(desired, creation, instance);
  if (astray.length) return astray;
  return [
    ...stateDrift(desired, creation, instance),
    ...metadataDrift(desired, instance),
    ...typeDrift(desired, creation, instance),
    ...networkingDrift(desired, creation, instance),
  ];
}

/** A primary address is for life: an instance with another one is not this host, whatever its tag says. */
function addressDrift(desired: DesiredInstance, { address }: Creation, instance: Instance): readonly Drift[] {
  const { instanceId, privateAddress } = instance;
  if (privateAddress === undefined || privateAddress === address) return [];
  const { name } = desired.host;
  const words = `${instanceId} has the tag ${marks.ec2Host}=${name}, but not the address: if the tag was moved there, put it back where it was; if spec.hosts was changed, declare ${privateAddress}`;
  return [finding(desired, 'address', address, privateAddress, operator(words))];
}

function stateDrift(
  desired: DesiredInstance,
  creation: Creation,
  { instanceId, state, sriov, tags }: Instance,
): readonly Drift[] {
  if (state === 'running') return [];
  if (state === 'pending' || state === 'stopping')
    return [finding(desired, 'instance state', 'running', state, wait(`EC2 says ${state}`))];
  const { name } = desired.host;
  const retired = tags[marks.ec2Retired];
  if (retired !== undefined) {
    const words = `\`reconcile delete\` stopped it at ${retired}, and keeps it: take the tag off if it is to serve again (aws ec2 delete-tags --resources ${instanceId} --tags Key=${marks.ec2Retired}), and it is started`;
    return [finding(desired, 'instance state', 'running', `${state}, retired`, operator(words))];
  }
  // It comes first: once the instance runs, it would have to be stopped again. Stopped by somebody else, it is started, and looked at first.
  if (creation.enhancedNetworking === 'sriov' && !sriov && marks.ec2Driver in tags) {
    const turnOn = ec2Step(`turn SR-IOV on for ${instanceId} of ${name}`, 'ModifyInstanceAttribute', {
      InstanceId: instanceId,
      SriovNetSupport: { Value: 'simple' },
    });
    return [finding(desired, 'SR-IOV', 'on', 'off, and stopped', act([turnOn]))];
  }
  const start = ec2Step(`start ${instanceId} of ${name}`, 'StartInstances', { InstanceIds: [instanceId] });
  return [finding(desired, 'instance state', 'running', state, act([start]))];
}

function metadataDrift(desired: DesiredInstance, { instanceId, imdsv2 }: Instance): readonly Drift[] {
  if (imdsv2) return [];
  const require = ec2Step(`require IMDSv2 of ${instanceId} of ${desired.host.name}`, 'ModifyInstanceMetadataOptions', {
    InstanceId: instanceId,
    HttpTokens: 'required',
    HttpEndpoint: 'enabled',
  });
  return [finding(desired, 'metadata', 'IMDSv2 required', 'IMDSv1 allowed', act([require]), [])];
}

/** What only a new instance would change is told, and left to a person. */
function typeDrift(
  desired: DesiredInstance,
  creation: Creation,
  { instanceId, type, imageId }: Instance,
): readonly Drift[] {
  const { name } = desired.host;
  const resize = `another type needs a stop: when its tenants can do without ${name}, stop ${instanceId}, change it (aws ec2 modify-instance-attribute --instance-id ${instanceId} --instance-type ${creation.type}), and start it`;
  return [
    ...(type === undefined || type === creation.type
      ? []
      : [finding(desired, 'type', creation.type, type, operator(resize), [])]),
    ...(imageId === undefined || imageId === creation.image
      ? []
      : [
          finding(
            desired,
            'AMI',
            creation.image,
            imageId,
            notice('it is what a new instance would be made from; this one is left as it is'),
            [],
          ),
        ]),
  ];
}

function networkingDrift(
  desired: DesiredInstance,
  creation: Creation,
  { instanceId, ena, sriov, state }: Instance,
): readonly Drift[] {
  const { enhancedNetworking } = creation;
  if (enhancedNetworking === 'ena' && !ena) {
    const words = `use an AMI with ENA, or turn it on while the instance is stopped (aws ec2 modify-instance-attribute --instance-id ${instanceId} --ena-support)`;
    return [finding(desired, 'ENA', 'on', 'off', operator(words), [])];
  }
  if (enhancedNetworking !== 'none' || !sriov || state !== 'running') return [];
  return [finding(desired, 'SR-IOV', 'off', 'on', notice('it cannot be turned off again, and does no harm'), [])];
}
