/** The programs that serve a member: Redis, or Valkey, which continues Redis 7.2. */
export type EngineName = 'redis' | 'valkey';

export interface Engine {
  readonly name: EngineName;
  /** Its own: `7.0.15`, `8.1.1`. */
  readonly version: string;
}
