import { redisSettingTypes } from './redis-settings.ts';

/**
 * Connections to a Redis that are not its clients': HAProxy's checks from two proxies, the Sentinels with two each, the replicas, the
 * monitors beside the servers, and the operator.
 */
export const ownConnections = 32;

/** Connections that clients may have, with these settings of Redis. */
export function mostConnections(config: Readonly<Record<string, string>>): number {
  return Number(config['maxclients'] ?? redisSettingTypes['maxclients']?.default) - ownConnections;
}
