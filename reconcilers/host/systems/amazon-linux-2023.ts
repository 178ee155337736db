import { rocky9 } from './rocky-9.ts';
import type { System } from './system.ts';

/**
 * Amazon Linux 2023 has HAProxy, keepalived and chrony, and LXC in its supplementary packages (SPAL). It has no Open vSwitch: a repository
 * in spec.preparation.repositories has to provide it. `curl-minimal` is installed and provides curl. SELinux is permissive in its images.
 */
export const amazonLinux2023: System = {
  ...rocky9,
  name: 'amazon-linux-2023',
  displayName: 'Amazon Linux 2023',
  release: { id: 'amzn', version: '2023', name: '' },
};
