import type { RespReply } from './sense.ts';

export function isError(reply: RespReply | undefined): reply is { readonly error: string } {
  return typeof reply === 'object' && reply !== null && 'error' in reply;
}

/** A flat list of names and values, as CONFIG GET and SENTINEL MASTER give it. Anything else has no fields. */
export function fieldsOf(reply: RespReply | undefined): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  if (!isList(reply)) return fields;
  for (let index = 0; index + 1 < reply.length; index += 2) fields.set(String(reply[index]), String(reply[index + 1]));
  return fields;
}

/** The fields of an INFO reply: `name:value`, a line each. */
export function infoOf(reply: RespReply | undefined): ReadonlyMap<string, string> {
  if (typeof reply !== 'string') return new Map();
  return new Map(
    reply.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 && !line.startsWith('#') ? [[line.slice(0, colon), line.slice(colon + 1)] as const] : [];
    }),
  );
}

export function isList(reply: RespReply | undefined): reply is readonly RespReply[] {
  return Array.isArray(reply);
}
