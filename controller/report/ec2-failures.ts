import type { Step } from '../../reconcilers/contract/plan.ts';

/** Failures of EC2 calls, which mostly come by the dozen: EC2 refuses what all hosts need. */
export interface Ec2Failures {
  add(step: Step, reason: string): void;
  /** Those since the last time, a line for each reason; one that was printed in an earlier pass is not repeated. */
  take(): readonly string[];
}

export function ec2Failures(): Ec2Failures {
  const printed = new Set<string>();
  let groups = new Map<string, { readonly reason: string; readonly steps: Step[] }>();
  return {
    add: (step, reason) => {
      const key = withoutIds(reason);
      const group = groups.get(key) ?? { reason, steps: [] };
      group.steps.push(step);
      groups.set(key, group);
    },
    take: () => {
      const lines = [...groups].map(([key, { reason, steps }]) => {
        const again = printed.has(key);
        printed.add(key);
        return again ? `FAILED again, for the same reason: ${subjectsOf(steps)}` : failedText(steps, reason);
      });
      groups = new Map();
      return lines;
    },
  };
}

function failedText([first, ...others]: readonly Step[], reason: string): string {
  const more = others.length ? `, and ${others.length} more (${subjectsOf(others)})` : '';
  return `FAILED ${first?.description}${more}: ${reason}`;
}

function subjectsOf(steps: readonly Step[]): string {
  return [...new Set(steps.map(({ subject }) => subject))].join(', ');
}

/** Two hosts fail for the same reason, even though EC2 names the instance or network interface of each. */
function withoutIds(reason: string): string {
  return reason.replace(/\b(eni|i|vol)-[0-9a-f]{8,17}\b/g, '#');
}
