import { type Lab, must, until } from '../support/lab.ts';
import type { Row } from './row.ts';

const fault = (lab: Lab, word: string, host: string) => must(lab.command('fault', word, '--name', lab.name, host));

/** Harmless when it is on. */
const switchOn = async (lab: Lab, host: string): Promise<void> => {
  const { out } = await lab.host(host, 'echo on').catch(() => ({ out: '' }));
  if (!out.includes('on')) await fault(lab, 'power-on', host);
  await until(
    `${host} to have booted`,
    () => lab.host(host, 'systemctl is-system-running --wait >/dev/null; echo up'),
    (ended) => ended.out.includes('up'),
  );
};

/** Hosts that lose power, are seen while they are away, and come back. */
export const hostRows: readonly Row[] = (['redis-3', 'proxy-2'] as const).map((host) => ({
  name: `a host rebooted: ${host}`,
  breakIt: (lab: Lab) => fault(lab, 'power-off', host),
  says: [new RegExp(`instance/${host}\\n.*instance state: stopped, should be running`)],
  codes: [1, 3],
  byHand: (lab: Lab) => switchOn(lab, host),
  // The rest of what it carries comes back by itself; what does not may be told anew.
  touches: host === 'redis-3' ? /^(mesh|container)\/redis-3|^(container|redis|sentinel)\/\w+-r\d$/ : /^\w+\/proxy-2/,
  letGo: (lab: Lab) => switchOn(lab, host),
}));
