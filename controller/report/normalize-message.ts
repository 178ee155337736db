/** A message without its figures, which change from pass to pass: `failed 3 times … retrying in 40 s` is the same message twice. */
export function normalizeMessage(message: string): string {
  return message.replace(/\d+(\.\d+)?( (ms|s|min|times)\b)?|\bonce\b/g, '#');
}

/** Whether one message is the same as another, or contained in it: "proxy-1 may be the master: EC2 did not answer". */
export function isWithinMessage(message: string, longer: string): boolean {
  return normalizeMessage(longer).includes(normalizeMessage(message));
}
