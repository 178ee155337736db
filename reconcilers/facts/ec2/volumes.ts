import type { Ec2Filters, Ec2Probe } from '../fact.ts';
import { present } from '../observation.ts';
import { type ApiTag, type Tagged, tagsOf } from './vpc-network.ts';

/** An EBS volume. */
export interface Volume extends Tagged {
  readonly gibibytes: number;
  readonly type: string;
  readonly encrypted: boolean;
  readonly iops: number | undefined;
  /** In MiB/s. */
  readonly throughput: number | undefined;
  readonly zone: string | undefined;
  /** creating, available, in-use, deleting, deleted or error. */
  readonly state: string;
  /** Undefined: not attached. */
  readonly instanceId: string | undefined;
  /** attaching, attached, detaching or busy; undefined: not attached. */
  readonly attachment: string | undefined;
  /** The name of the device by which it is attached, as EC2 has it. */
  readonly device: string | undefined;
  /** It is deleted with its instance, as a root volume that was created with it is. */
  readonly deleteOnTermination: boolean;
}

/** Volumes that match the filters. */
export const volumes: Ec2Probe<{ readonly filters: Ec2Filters }, readonly Volume[]> = {
  via: 'ec2',
  query: ({ filters }) => ({ action: 'DescribeVolumes', filters }),
  read: (items) => present((items as readonly ApiVolume[]).map(volumeOf)),
};

/** The SDK's Volume, with the field names of the EC2 API. */
interface ApiVolume {
  readonly VolumeId?: string;
  readonly Size?: number;
  readonly VolumeType?: string;
  readonly Encrypted?: boolean;
  readonly Iops?: number;
  readonly Throughput?: number;
  readonly AvailabilityZone?: string;
  readonly State?: string;
  readonly Attachments?: readonly {
    readonly InstanceId?: string;
    readonly State?: string;
    readonly Device?: string;
    readonly DeleteOnTermination?: boolean;
  }[];
  readonly Tags?: readonly ApiTag[];
}

function volumeOf(item: ApiVolume): Volume {
  const [attachment] = item.Attachments ?? [];
  return {
    id: item.VolumeId ?? '',
    tags: tagsOf(item.Tags),
    gibibytes: item.Size ?? 0,
    type: item.VolumeType ?? 'unknown',
    encrypted: item.Encrypted === true,
    iops: item.Iops,
    throughput: item.Throughput,
    zone: item.AvailabilityZone,
    state: item.State ?? 'unknown',
    instanceId: attachment?.InstanceId,
    attachment: attachment?.State,
    device: attachment?.Device,
    deleteOnTermination: attachment?.DeleteOnTermination === true,
  };
}
