import type { HostName } from '../crds/fleet.ts';
import type { Observation } from './observation.ts';

/** An EC2 instance as DescribeInstances shows it, the primary network interface's facts taken up. */
export interface Instance {
  readonly instanceId: string;
  readonly state: string;
  readonly privateAddress: string | undefined;
  readonly subnetId: string | undefined;
  readonly vpcId: string | undefined;
  readonly zone: string | undefined;
  readonly networkInterfaceId: string | undefined;
  readonly macAddress: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly type: string | undefined;
  readonly imageId: string | undefined;
  /** Metadata is given to signed requests only (IMDSv2). */
  readonly imdsv2: boolean;
  /** `simple` on the instance: Intel 82599 virtual functions. It cannot be taken back. */
  readonly sriov: boolean;
  readonly ena: boolean;
  /** When it was started last, milliseconds since 1970. */
  readonly launched: number | undefined;
}

/** Who exists, by host: the ground of every later question. */
export type Inventory = ReadonlyMap<HostName, Observation<Instance>>;
