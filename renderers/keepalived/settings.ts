import { header } from '../lib/header.ts';
import { sh } from '../lib/shell.ts';
import { joined, type Text } from '../lib/text.ts';

export interface VipSettings {
  readonly pair: string;
  readonly vip: string;
  readonly device: string;
  /** The ENI of the host. */
  readonly networkInterfaceId: string;
  readonly region: string;
  /** URL of the EC2 API. */
  readonly endpoint: string;
  /** The route tables with the route to an overlay address; none for an address of a subnet. */
  readonly tables?: readonly string[];
}

/** The settings of the scripts, as shell assignments. They are read at each run, so no reload is needed. */
export function vipSettings({
  pair,
  vip,
  device,
  networkInterfaceId,
  region,
  endpoint,
  tables = [],
}: VipSettings): Text {
  return joined([
    header,
    sh`pair=${pair}\n`,
    sh`vip=${vip}\n`,
    sh`device=${device}\n`,
    sh`interface=${networkInterfaceId}\n`,
    sh`region=${region}\n`,
    sh`endpoint=${endpoint}\n`,
    ...(tables.length ? [sh`tables=${tables.join(' ')}\n`] : []),
  ]);
}
