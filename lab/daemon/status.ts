/** What a lab says of itself: the answer of its control socket, and of `lab status -o json`. */
export interface LabStatus {
  readonly ready: boolean;
  /** Why the lab could not be built, when it could not. */
  readonly failure: string | undefined;
  readonly hosts: readonly HostStatus[];
  readonly ec2: { readonly endpoint: string; readonly region: string };
  /** Calls of the EC2 API since the lab is up, by action. */
  readonly ec2Calls: { readonly [action: string]: number };
  /** Of those, the ones refused for their number (RequestLimitExceeded). */
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
  /** The SSH server's first line; absent when it does not answer. */
  readonly ssh: string | undefined;
}
