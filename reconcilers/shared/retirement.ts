/** Instructions and explanations about retired members, whose data are kept. Nothing is decided here. Times are in seconds since 1970. */

export function retirementUnreadable(name: string, host: string): string {
  return `the time of retirement of ${name} on ${host} cannot be read (marks/retired): write the seconds since 1970 there`;
}

export function retirementInFuture(name: string, host: string): string {
  return `${name} has a retirement time in the future (${host}'s clock): correct the clock, or write the seconds since 1970 into its marks/retired`;
}

export function retained(since: number, now: number, keepSeconds: number): string {
  const until = new Date((since + keepSeconds) * 1000).toISOString();
  return `retired ${ageText(now - since)} ago, kept with its data until ${until} (spec.prune.retainFor); declared again, it is restored`;
}

export function retentionOver(since: number, now: number): string {
  return `retired ${ageText(now - since)} ago, and its retention is over; apply --prune destroys it and its data`;
}

/** In the largest unit of which there are two or more: `90 s`, `3 h`, `12 days`. */
export function ageText(seconds: number): string {
  const units = [
    [86_400, 'days'],
    [3600, 'h'],
    [60, 'min'],
  ] as const;
  const [size, unit] = units.find(([least]) => seconds >= 2 * least) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}
