/** What observing took: what the adapters counted. */
export interface Stats {
  readonly sshConnections: Readonly<Record<string, number>>;
  readonly sshCommands: Readonly<Record<string, number>>;
  /** Channels forwarded to a Redis or a Sentinel. */
  readonly channels: number;
  readonly ec2Calls: Readonly<Record<string, number>>;
  readonly milliseconds: number;
}
