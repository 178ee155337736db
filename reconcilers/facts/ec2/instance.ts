/** An EC2 instance as DescribeInstances shows it, including its primary network interface. */
export interface Instance {
  readonly instanceId: string;
  readonly state: string;
  readonly privateAddress: string | undefined;
  /** Undefined: it has none. Without an Elastic IP it changes at each stop and start. */
  readonly publicAddress: string | undefined;
  /** Of the primary network interface: its private IPv4 addresses, and the prefixes delegated to it, which count as one address each. */
  readonly addresses: readonly string[];
  readonly subnetId: string | undefined;
  readonly vpcId: string | undefined;
  readonly zone: string | undefined;
  /** Undefined: it is in none. */
  readonly placementGroup: string | undefined;
  readonly networkInterfaceId: string | undefined;
  readonly macAddress: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly type: string | undefined;
  readonly imageId: string | undefined;
  /** The metadata service requires a token (IMDSv2). */
  readonly imdsv2: boolean;
  /** `simple` on the instance: Intel 82599 virtual functions. It cannot be turned off. */
  readonly sriov: boolean;
  readonly ena: boolean;
  /** Why it changed its state last, in the words of EC2; undefined: EC2 gives no reason. */
  readonly stateReason: string | undefined;
  /** Time of the last start, in milliseconds since 1970. */
  readonly launched: number | undefined;
}
