/** The content of an answer: a list becomes `<item>`s, an undefined field is omitted. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [field: string]: Xml };

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

/** The answer to `action`, as the EC2 Query protocol wraps it. */
export function answerXml(action: string, requestId: string, content: { readonly [field: string]: Xml }): string {
  const body = element('requestId', requestId) + inner(content);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="${NAMESPACE}">${body}</${action}Response>`;
}

export function errorXml(code: string, message: string, requestId: string): string {
  const error = element('Error', { Code: code, Message: message });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors>${error}</Errors>${element('RequestID', requestId)}</Response>`;
}

function element(name: string, value: Xml): string {
  return value === undefined ? '' : `<${name}>${inner(value)}</${name}>`;
}

function inner(value: Exclude<Xml, undefined>): string {
  if (typeof value !== 'object') return escaped(String(value));
  if (isList(value)) return value.map((item) => element('item', item)).join('');
  return Object.entries(value)
    .map(([name, field]) => element(name, field))
    .join('');
}

function isList(value: object): value is readonly Xml[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
