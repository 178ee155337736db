import type { Host } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import { whyEnded } from '../shared/ec2-answers/index.ts';

/** What to do about a finding of this component, where that takes more than a few words. */

export function noAdoptedInstance(adoption: string): string {
  return `no running or stopped instance ${adoption}: start one, or correct spec.hosts of the Cluster`;
}

export function startInstance(id: string): string {
  return `start it (aws ec2 start-instances --instance-ids ${id}); its members are down until then`;
}

export function amiNotFound(image: string, region: string, host: string): string {
  return `no AMI ${image} is available to this account in ${region} (AMI ids differ by region); correct \`image\` of host ${host}`;
}

export function typeNotFound(type: string, region: string, host: string): string {
  return `EC2 has no instance type ${type} in ${region}; correct \`type\` of host ${host}`;
}

export function otherArchitecture(image: string, type: string, architectures: string, host: string): string {
  return `${type} boots AMIs for ${architectures}: declare such an AMI as \`image\`, or a type for ${image} as \`type\` of host ${host}`;
}

export function typeNotOffered(type: string, zone: string, zones: readonly string[], host: string): string {
  const where = zones.length
    ? `${zones.join(', ')} ${zones.length === 1 ? 'does' : 'do'}`
    : 'no zone of the region does';
  return `${zone} does not offer ${type}, and ${where}: declare another type for host ${host}, or a subnet in another zone`;
}

export function keyPairNotFound(name: string): string {
  return `import it (aws ec2 import-key-pair --key-name ${name} --public-key-material fileb://KEY.pub), or correct \`keyName\``;
}

export function enaUnsupported(type: string): string {
  return `${type} does not support ENA; use another type, or \`enhancedNetworking: none\``;
}

export function addressTaken(
  interfaceId: string,
  instanceId: string | undefined,
  cluster: string,
  host: string,
): string {
  return `${interfaceId} (${instanceId ?? 'not attached'}) has it, without the tags of this host; if it is host ${host}, add the tags ${markers.ec2Cluster}=${cluster} and ${markers.ec2Host}=${host} to both, or adopt the instance; otherwise declare another address`;
}

export function instanceTagsMissing(instanceId: string, cluster: string, host: string): string {
  return `${instanceId} has the network interface of host ${host}, but not its tags; restore them (aws ec2 create-tags --resources ${instanceId} --tags Key=${markers.ec2Cluster},Value=${cluster} Key=${markers.ec2Host},Value=${host})`;
}

export function endedInstance({ instanceId, stateReason, type, imageId: image }: Instance): string {
  return `${instanceId} has ended: ${whyEnded(stateReason, { type, image })}`;
}

export function otherAddress(instanceId: string, host: string, address: string): string {
  return `${instanceId} has the tag ${markers.ec2Host}=${host}, but not the address; if the tag was moved, restore it; if spec.hosts was changed, declare ${address}`;
}

export function retiredInstance(instanceId: string, since: string): string {
  return `\`reconcile delete\` stopped it at ${since}, and keeps it; to use it again, remove the tag (aws ec2 delete-tags --resources ${instanceId} --tags Key=${markers.ec2Retired}), and it is started`;
}

export function withoutPublicAddress(instanceId: string, interfaceId: string, host: string): string {
  return `EC2 gives one only at launch: associate an Elastic IP (aws ec2 allocate-address --domain vpc, and aws ec2 associate-address --network-interface-id ${interfaceId} --allocation-id ID), or, once its tenants can do without ${host} and its data, terminate ${instanceId}, and it is created again with one`;
}

export function fullSubnet(id: string, subnet: string): string {
  return `${id} has too few free addresses for the hosts that are missing: free some (aws ec2 describe-network-interfaces --filters Name=subnet-id,Values=${id} shows what has them), or place hosts in a larger subnet than ${subnet}`;
}

export function noWayOut(subnet: string, { name, role }: Pick<Host, 'name' | 'role'>): string {
  const lacks =
    role === 'proxy'
      ? 'the EC2 API, by which it takes over the VIP,'
      : 'the package repositories that it is prepared from';
  return `${name} could not reach ${lacks} from subnet ${subnet}; declare spec.network.egress: \`publicAddresses: true\`, natGateways, or endpoints (or give the subnet a route of your own)`;
}

export function resize(instanceId: string, host: string, type: string): string {
  return `another type needs a stop: when its tenants can do without ${host}, stop ${instanceId}, change it (aws ec2 modify-instance-attribute --instance-id ${instanceId} --instance-type ${type}), and start it`;
}

export function enableEna(instanceId: string): string {
  return `use an AMI with ENA, or enable it while the instance is stopped (aws ec2 modify-instance-attribute --instance-id ${instanceId} --ena-support)`;
}

export function severalDataVolumes(ids: string, host: string): string {
  return `${ids} have the tags of the data volume of ${host}, and none is used or deleted: find out which one has the data, and remove the tag ${markers.ec2Host} from the others (aws ec2 delete-tags --resources ID --tags Key=${markers.ec2Host})`;
}

export function undeclaredDataVolume(ids: string, host: string): string {
  return `${host} has its members' data on ${ids}: declare \`dataVolume\` again. To go back to the root volume, destroy the members first, or the Cluster`;
}

/** The data may be in a snapshot. Nothing empty is put in its place before somebody says so. */
export function lostDataVolume(id: string, instanceId: string, cluster: string, host: string, zone: string): string {
  const tags = `Key=${markers.ec2Cluster},Value=${cluster} Key=${markers.ec2Host},Value=${host} Key=${markers.ec2Part},Value=data`;
  return `${id} had the data of the members on ${host}, and was deleted or lost its tags. If it exists, restore them (aws ec2 create-tags --resources ${id} --tags ${tags}). If you have a snapshot, create a volume from it in ${zone} with these tags. To go on with an empty volume, whose members then copy everything from their masters: aws ec2 create-tags --resources ${instanceId} --tags Key=${markers.ec2DataVolume},Value=without-${id}`;
}

export function otherZone(id: string, host: string, zone: string): string {
  return `a volume can only be attached in its own zone: declare a subnet of that zone for ${host}, or create a volume from a snapshot of ${id} in ${zone}, with its tags, and remove them from ${id}`;
}

export function retiredDataVolume(id: string, since: string): string {
  return `\`reconcile delete\` retired it at ${since}, and keeps it; to use it again, remove the tag (aws ec2 delete-tags --resources ${id} --tags Key=${markers.ec2Retired})`;
}

export function dataVolumeElsewhere(id: string, instanceId: string, host: string): string {
  return `${instanceId} is not the instance of ${host}, and may be writing to it: once nothing there uses it, detach it (aws ec2 detach-volume --volume-id ${id}); if ${instanceId} is ending, EC2 detaches it by itself`;
}

export function dataVolumeFailed(id: string): string {
  return `its hardware failed: restore it from a snapshot (see EC2 User Guide, "EBS volume status checks"), with the tags of ${id}, and remove those of ${id}`;
}

export function smallerVolume(id: string, gibibytes: number): string {
  return `a volume cannot shrink: declare ${gibibytes}Gi for ${id} again`;
}

export function foreignPlacementGroup(name: string, id: string, cluster: string): string {
  return `${id} has the name ${name}, and is not the spread placement group of this Cluster: delete it (aws ec2 delete-placement-group --group-name ${name}), or, if it is, restore its tag (aws ec2 create-tags --resources ${id} --tags Key=${markers.ec2Cluster},Value=${cluster})`;
}

export function moveToPlacementGroup(instanceId: string, group: string, host: string): string {
  return `EC2 moves a stopped instance only: when its tenants can do without ${host}, stop it, move it (aws ec2 modify-instance-placement --instance-id ${instanceId} --group-name ${group}), and start it`;
}
