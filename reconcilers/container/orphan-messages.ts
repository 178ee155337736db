/** Instructions and explanations of the findings about members that are not declared. Nothing is decided here. */

export function ownersDiffer(name: string, host: string): string {
  return `the container and the directory of ${name} on ${host} name different owners; inspect both and remove the wrong one manually`;
}

export function retirementUnreadable(name: string, host: string): string {
  return `the time of retirement of ${name} on ${host} cannot be read (marks/retired): write the seconds since 1970 there`;
}

export function retirementInFuture(name: string, host: string): string {
  return `${name} has a retirement time in the future (${host}'s clock): correct the clock, or write the seconds since 1970 into its marks/retired`;
}

/** `age` and what follows are in the largest fitting unit and in ISO 8601. */
export function retained(age: string, until: string): string {
  return `retired ${age} ago, kept with its data until ${until} (spec.prune.retainFor); declared again, it is restored`;
}

export function retentionOver(age: string): string {
  return `retired ${age} ago, and its retention is over; apply --prune destroys it and its data`;
}
