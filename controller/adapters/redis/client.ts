import type { Duplex } from 'node:stream';
import type { AbstractConnector, Redis } from 'ioredis';

/** ioredis, loaded when it is first needed. */
export type IoRedis = typeof import('./ioredis.ts').ioredis;

/** One connection over a stream that is open already; no retries, no waiting, no commands of its own. */
export function clientOver(ioredis: IoRedis, stream: Duplex, commandTimeout: number): Redis {
  class Forwarded extends ioredis.AbstractConnector {
    constructor() {
      super(0);
    }
    override connect() {
      return Promise.resolve(
        stream as ReturnType<AbstractConnector['connect']> extends Promise<infer Stream> ? Stream : never,
      );
    }
    override disconnect() {
      this.connecting = false;
      stream.destroy();
    }
  }
  return new ioredis.Redis({
    Connector: Forwarded,
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    enableOfflineQueue: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    commandTimeout,
  });
}
