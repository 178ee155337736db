import { header } from './header.ts';
import { sh } from './shell.ts';
import { joined, type Text } from './text.ts';

export interface VipSettings {
  readonly pair: string;
  readonly vip: string;
  readonly device: string;
  /** The host's own ENI. */
  readonly networkInterfaceId: string;
  readonly region: string;
  /** URL of the EC2 API. */
  readonly endpoint: string;
}

/** What the fixed scripts need to know, as shell assignments. Read at each run: nothing has to be reloaded. */
export function vipSettings({ pair, vip, device, networkInterfaceId, region, endpoint }: VipSettings): Text {
  return joined([
    header,
    sh`pair=${pair}\n`,
    sh`vip=${vip}\n`,
    sh`device=${device}\n`,
    sh`interface=${networkInterfaceId}\n`,
    sh`region=${region}\n`,
    sh`endpoint=${endpoint}\n`,
  ]);
}
