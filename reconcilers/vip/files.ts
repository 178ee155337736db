import { keepalivedCheck } from '../../renderers/keepalived/check.ts';
import { keepalivedConf } from '../../renderers/keepalived/keepalived-conf.ts';
import { keepalivedLoader } from '../../renderers/keepalived/load.ts';
import { vipNotify } from '../../renderers/keepalived/notify.ts';
import { vipSettings } from '../../renderers/keepalived/settings.ts';
import { takeoverCheck } from '../../renderers/keepalived/takeover.ts';
import { keepalivedUnit } from '../../renderers/keepalived/unit.ts';
import { vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import type { Text } from '../../renderers/lib/text.ts';
import type { DesiredFile } from '../operations/actions.ts';
import type { DesiredKeepalived, KeepalivedHost } from './desired.ts';

/** What is the same on every proxy. */
export function scriptsOf(): readonly DesiredFile[] {
  return [
    file(vipPlaces.notify, '0755', vipNotify()),
    file(vipPlaces.check, '0755', keepalivedCheck()),
    file(vipPlaces.takeover, '0755', takeoverCheck()),
    file(vipPlaces.loader, '0755', keepalivedLoader()),
    file(vipPlaces.unitFile, '0644', keepalivedUnit()),
  ];
}

/** None while EC2 does not show the host's network interface. */
export function settingsOf(
  desired: DesiredKeepalived,
  device: string,
  tables: readonly string[] = [],
): readonly DesiredFile[] {
  const { pair, vip, region, endpoint, instance } = desired;
  const networkInterfaceId = instance.state === 'present' ? instance.value.networkInterfaceId : undefined;
  if (!networkInterfaceId) return [];
  const content = vipSettings({ pair, vip, device, networkInterfaceId, region, endpoint, tables });
  return [file(vipPlaces.settings, '0644', content)];
}

/** Undefined while EC2 does not show the peer: VRRP is unicast here, and needs its address. */
export function configurationOf(desired: KeepalivedHost, device: string): DesiredFile | undefined {
  const { host, pair, vip, vrrp, priority, peerAddress, instance } = desired;
  const address = instance.state === 'present' ? instance.value.privateAddress : undefined;
  if (!peerAddress || !address) return undefined;
  return file(
    vipPlaces.configuration,
    '0644',
    keepalivedConf({ host, pair, device, address, peerAddress, vip, priority, ...vrrp }),
  );
}

function file(path: string, mode: string, content: Text): DesiredFile {
  return { path, mode, owner: 'root:root', content };
}
