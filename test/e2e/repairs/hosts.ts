import { hasBooted, type Lab, must } from '../support/lab.ts';
import type { Row } from './row.ts';

const fault = (lab: Lab, word: string, host: string) => must(lab.command('fault', word, '--name', lab.name, host));

/** No effect if it is on. */
const switchOn = async (lab: Lab, host: string): Promise<void> => {
  const { out } = await lab.host(host, 'echo on').catch(() => ({ out: '' }));
  if (!out.includes('on')) await fault(lab, 'power-on', host);
  await hasBooted(lab, host);
};

/** Hosts that lose power, are observed meanwhile, and come back. */
export const hostRows: readonly Row[] = (['redis-3', 'proxy-2'] as const).map((host) => ({
  name: `a host rebooted: ${host}`,
  breakIt: (lab: Lab) => fault(lab, 'power-off', host),
  expected: [
    {
      subject: `instance/${host}`,
      reason: 'NotRunning',
      by: 'manual',
      field: 'instance state',
      have: 'stopped',
      want: 'running',
    },
  ],
  codes: [1, 3],
  manualAction: (lab: Lab) => switchOn(lab, host),
  // Most of what runs on it comes back without us; what does not may be repaired.
  changes: host === 'redis-3' ? /^(mesh|container)\/redis-3|^(container|redis|sentinel)\/\w+-r\d$/ : /^\w+\/proxy-2/,
  release: (lab: Lab) => switchOn(lab, host),
}));
