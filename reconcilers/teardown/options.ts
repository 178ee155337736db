/** How a Cluster is taken down. */
export interface TeardownOptions {
  /** Milliseconds since 1970: when this run began. */
  readonly now: number;
  /** Destroys what was kept, however long ago it was retired. */
  readonly atOnce: boolean;
}
