import { keepalivedCheck } from '../../renderers/keepalived-check.ts';
import { keepalivedConf } from '../../renderers/keepalived-conf.ts';
import { keepalivedLoader } from '../../renderers/keepalived-load.ts';
import { keepalivedUnit } from '../../renderers/keepalived-unit.ts';
import { vipPlaces } from '../../renderers/proxy-places.ts';
import type { Text } from '../../renderers/text.ts';
import { vipNotify } from '../../renderers/vip-notify.ts';
import { vipSettings } from '../../renderers/vip-settings.ts';
import type { DesiredFile } from '../verbs/index.ts';
import type { DesiredKeepalived } from './desired.ts';

/** What is the same on every proxy. */
export function scriptsOf(): readonly DesiredFile[] {
  return [
    file(vipPlaces.notify, '0755', vipNotify()),
    file(vipPlaces.check, '0755', keepalivedCheck()),
    file(vipPlaces.loader, '0755', keepalivedLoader()),
    file(vipPlaces.unitFile, '0644', keepalivedUnit()),
  ];
}

/** None while EC2 does not show the host's ENI. */
export function settingsOf(desired: DesiredKeepalived, device: string): readonly DesiredFile[] {
  const { pair, vip, region, endpoint, instance } = desired;
  const networkInterfaceId = instance.state === 'present' ? instance.value.networkInterfaceId : undefined;
  if (!networkInterfaceId) return [];
  return [file(vipPlaces.settings, '0644', vipSettings({ pair, vip, device, networkInterfaceId, region, endpoint }))];
}

/** Undefined while EC2 does not show the peer: without its address the two would not hear each other. */
export function configurationOf(desired: DesiredKeepalived, device: string): DesiredFile | undefined {
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
