import type { RespCommand, RespReply } from './fact.ts';

export function isError(reply: RespReply | undefined): reply is { readonly error: string } {
  return typeof reply === 'object' && reply !== null && 'error' in reply;
}

/** `ERR max number of clients reached` (networking.c): as many clients are connected as maxclients allows. */
export function isAtMaxclients(error: string): boolean {
  return /^ERR max number of clients/.test(error);
}

/** The fields of a flat list of names and values, as in replies to CONFIG GET and SENTINEL MASTER. Any other reply has no fields. */
export function fieldsOf(reply: RespReply | undefined): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  if (!isList(reply)) return fields;
  for (let index = 0; index + 1 < reply.length; index += 2) fields.set(String(reply[index]), String(reply[index + 1]));
  return fields;
}

/** The fields of a reply to INFO: one `name:value` per line. */
export function infoOf(reply: RespReply | undefined): ReadonlyMap<string, string> {
  if (typeof reply !== 'string') return new Map();
  return new Map(
    reply.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 && !line.startsWith('#') ? [[line.slice(0, colon), line.slice(colon + 1)] as const] : [];
    }),
  );
}

/** The user that every client of a tenant, its replicas and its Sentinels are. Its reply has passwords as SHA-256 only. */
export const getUser: RespCommand = ['ACL', 'GETUSER', 'default'];

/** SHA-256 of each password of a user; undefined if the server refuses to tell. */
export function acceptedBy(reply: RespReply | undefined): readonly string[] | undefined {
  if (!isList(reply)) return undefined;
  const passwords = reply[reply.indexOf('passwords') + 1];
  return isList(passwords) ? passwords.map(String).sort() : undefined;
}

export function isList(reply: RespReply | undefined): reply is readonly RespReply[] {
  return Array.isArray(reply);
}
