import { described, type Listing, tagSet } from './listing.ts';
import type { Volume } from './state.ts';

/** DescribeVolumes: the root volumes of instances, and those that were created by themselves. */
const VOLUMES: Listing<Volume> = {
  set: 'volumeSet',
  ids: 'VolumeId',
  prefix: 'vol',
  id: (row) => row.id,
  rows: (state) => state.volumes,
  fields: () => ({
    'volume-id': (row) => [row.id],
    'attachment.instance-id': (row) => (row.host ? [row.host.instanceId] : []),
    'attachment.device': (row) => (row.device ? [row.device] : []),
    'attachment.delete-on-termination': (row) => (row.host ? [String(row.deleteOnTermination)] : []),
    'attachment.status': (row) => (row.attachment ? [row.attachment] : []),
    'availability-zone': (row) => [row.zone],
    encrypted: (row) => [String(row.encrypted)],
    size: (row) => [String(row.size)],
    status: (row) => [row.state],
    'volume-type': (row) => [row.type],
  }),
  xml: (state, row) => ({ ...volumeXml(row), tagSet: tagSet(state, row.id) }),
};

export const describeVolumes = described(VOLUMES);

/** A volume as CreateVolume and DescribeVolumes show it, without its tags. */
export function volumeXml(row: Volume) {
  return {
    volumeId: row.id,
    size: row.size,
    snapshotId: '',
    availabilityZone: row.zone,
    status: row.state,
    createTime: row.created.toISOString(),
    attachmentSet: row.host ? [{ ...attachmentXml(row), deleteOnTermination: row.deleteOnTermination }] : [],
    volumeType: row.type,
    encrypted: row.encrypted,
    kmsKeyId: row.kmsKey,
    iops: row.iops,
    throughput: row.throughput,
    multiAttachEnabled: false,
  };
}

/** What AttachVolume and DetachVolume answer. */
export function attachmentXml(row: Volume) {
  return {
    volumeId: row.id,
    instanceId: row.host?.instanceId,
    device: row.device,
    status: row.attachment,
    attachTime: row.created.toISOString(),
  };
}
