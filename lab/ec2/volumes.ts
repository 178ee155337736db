import { described, type Listing, tagSet } from './listing.ts';
import type { Volume } from './state.ts';

/** DescribeVolumes: the root volumes of instances; the lab has no others. */
const VOLUMES: Listing<Volume> = {
  set: 'volumeSet',
  ids: 'VolumeId',
  prefix: 'vol',
  id: (row) => row.id,
  rows: (state) => state.volumes,
  fields: () => ({
    'volume-id': (row) => [row.id],
    'attachment.instance-id': (row) => [row.host.instanceId],
    'attachment.device': (row) => [row.device],
    'attachment.delete-on-termination': () => ['true'],
    'attachment.status': () => ['attached'],
    'availability-zone': (row) => [row.host.subnet.zone],
    encrypted: (row) => [String(row.encrypted)],
    size: (row) => [String(row.size)],
    status: () => ['in-use'],
    'volume-type': (row) => [row.type],
  }),
  xml: (state, row) => ({
    volumeId: row.id,
    size: row.size,
    snapshotId: '',
    availabilityZone: row.host.subnet.zone,
    status: 'in-use',
    createTime: row.created.toISOString(),
    attachmentSet: [
      {
        volumeId: row.id,
        instanceId: row.host.instanceId,
        device: row.device,
        status: 'attached',
        attachTime: row.created.toISOString(),
        deleteOnTermination: true,
      },
    ],
    volumeType: row.type,
    encrypted: row.encrypted,
    kmsKeyId: row.kmsKey,
    iops: row.iops,
    throughput: row.throughput,
    multiAttachEnabled: false,
    tagSet: tagSet(state, row.id),
  }),
};

export const describeVolumes = described(VOLUMES);
