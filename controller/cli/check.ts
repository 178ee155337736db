import { reportOf } from '../report/report.ts';
import { checkCluster } from './check-cluster.ts';
import type { ReadOnlyContext } from './context.ts';
import { type Output, writeReports } from './drift.ts';
import { type ExitCode, exit, exitCodesOf, forFindings } from './exit-code.ts';
import { forEachCluster } from './for-each-cluster.ts';

/** Reports what stands in the way of an apply, before anything is made, in the views of `drift`. Changes nothing. */
export async function check(
  context: ReadOnlyContext,
  files: readonly string[],
  outputs: readonly Output[],
): Promise<ExitCode> {
  const reports: ReturnType<typeof reportOf>[] = [];
  const code = await forEachCluster(context, files, async (fleet, connections) => {
    const time = context.clock.now();
    const seen = await checkCluster(fleet, context.reconcilers, connections, time);
    const found = forFindings(seen.plan.findings);
    const ending = { time, exit: { code: found, meaning: exitCodesOf['check']?.[found] ?? '' } };
    reports.push(reportOf(fleet, seen, connections.stats(), ending));
    return found;
  });
  if (code === exit.error) return code;
  return (await writeReports(context, reports, outputs)) ? code : exit.error;
}
