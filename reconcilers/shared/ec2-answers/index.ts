import { access } from './access.ts';
import { ended } from './ended.ts';
import { general } from './general.ts';
import { launch } from './launch.ts';
import type { About, Ec2Answer } from './row.ts';
import { wayOut } from './way-out.ts';

export type { Ec2Answer } from './row.ts';

/** The one table of what EC2 answers. The first row that matches counts. */
const answers = [...access, ...launch, ...ended, ...wayOut, ...general];

/** What a code means, and what to do; undefined: it is not in the table. */
export function answerFor(about: About): Ec2Answer | undefined {
  const row = answers.find(
    ({ codes, says }) => codes.test(about.code) && (says === undefined || says.test(about.said)),
  );
  if (!row) return undefined;
  const { kind, means, todo } = row;
  return { kind, means, todo: typeof todo === 'string' ? todo : todo(about) };
}

/** Why an instance ended (`CODE: words`, as EC2 gives it), what that means, and what to do. */
export function whyEnded(stateReason: string | undefined, about: Omit<About, 'code' | 'said'> = {}): string {
  if (stateReason === undefined) return 'EC2 gives no reason';
  const code = /^((?:Client|Server)\.[\w.]+)/.exec(stateReason)?.[1] ?? '';
  const answer = answerFor({ ...about, code, said: stateReason });
  return answer ? `${stateReason.replace(/\.$/, '')}. ${answer.means}. What to do: ${answer.todo}` : stateReason;
}
