/** The status of a lab, as its control socket and `lab status -o json` return it. */
export interface LabStatus {
  readonly ready: boolean;
  /** Why the lab could not be built; undefined if it could. */
  readonly failure: string | undefined;
  readonly hosts: readonly HostStatus[];
  readonly ec2: { readonly endpoint: string; readonly region: string };
  /** Calls of the EC2 API since the lab started, by action, except those of the hosts. */
  readonly ec2Calls: { readonly [action: string]: number };
  /** Those of the hosts. */
  readonly ec2CallsByHosts: { readonly [action: string]: number };
  /** Of all these, the throttled ones (RequestLimitExceeded). */
  readonly ec2Refused: { readonly [action: string]: number };
  readonly faults: readonly string[];
}

export interface HostStatus {
  readonly name: string;
  readonly address: string;
  /** All addresses of its network interface, as the VPC delivers them. */
  readonly addresses: readonly string[];
  readonly instanceId: string;
  readonly interfaceId: string;
  readonly subnet: string;
  readonly zone: string;
  readonly state: string;
  readonly running: boolean;
  /** The first line of its SSH server; absent if it does not answer. */
  readonly ssh: string | undefined;
}
