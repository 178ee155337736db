/** What a call, or an instance that ended, was about, as far as it is known. */
export interface About {
  /** The code, such as `VcpuLimitExceeded`, or that of a state reason, such as `Client.InternalError`. */
  readonly code: string;
  /** EC2's own words. */
  readonly said: string;
  readonly region?: string | undefined;
  /** Zones of the Cluster's subnets. */
  readonly zones?: readonly string[] | undefined;
  readonly type?: string | undefined;
  readonly image?: string | undefined;
  readonly volumeType?: string | undefined;
  /** Statements of `reconcile iam` that allow it. */
  readonly statements?: readonly string[] | undefined;
}

/**
 * What an answer of EC2 is worth. `kind`: refused does not come right by itself; unreachable and timeout may; protocol: it may, or it is a
 * bug. `means` and `todo`: for people; a message has both.
 */
export interface Ec2Answer {
  readonly kind: 'refused' | 'unreachable' | 'timeout' | 'protocol';
  readonly means: string;
  readonly todo: string;
}

/** An entry of the table. */
export interface Row extends Omit<Ec2Answer, 'todo'> {
  readonly codes: RegExp;
  /** Of a code with several meanings: what EC2 also says. */
  readonly says?: RegExp;
  readonly todo: string | ((about: About) => string);
}
