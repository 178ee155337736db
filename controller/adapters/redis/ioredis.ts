import { AbstractConnector, Redis } from 'ioredis';

/** What is used of ioredis. Imported when the first command is sent. */
export const ioredis = { AbstractConnector, Redis } as const;
