import type {
  Action,
  Ec2Action,
  Ec2Actions,
  HostAction,
  HostActions,
  RespAction,
  RespActions,
  SwitchAction,
  SwitchActions,
  TransferAction,
  TransferActions,
} from './actions.ts';
import { containerAttach } from './container/container-attach.ts';
import { containerCreate } from './container/container-create.ts';
import { containerFormer } from './container/container-former.ts';
import { containerGrow } from './container/container-grow.ts';
import { containerLimits } from './container/container-limits.ts';
import { containerRebuild } from './container/container-rebuild.ts';
import { containerRun } from './container/container-run.ts';
import { containerSettings } from './container/container-settings.ts';
import { containerTemplate } from './container/container-template.ts';
import { templateBuild } from './container/template-build.ts';
import { templateCopy } from './container/template-copy.ts';
import { templateFetch } from './container/template-fetch.ts';
import { drillKill } from './drill/drill-kill.ts';
import { addressAssign } from './ec2/address-assign.ts';
import { ec2Call } from './ec2/ec2-call.ts';
import { haproxyConfig } from './haproxy/haproxy-config.ts';
import { dataDiskOperation } from './host/data-disk.ts';
import { hostDrain } from './host/host-drain.ts';
import { hostReboot } from './host/host-reboot.ts';
import { initramfsDriver } from './host/initramfs-driver.ts';
import { kernelModules } from './host/kernel-modules.ts';
import { kernelSetting } from './host/kernel-setting.ts';
import { linkUp } from './host/link-up.ts';
import { packageRepository } from './host/package-repository.ts';
import { packagesInstall } from './host/packages-install.ts';
import { removeFiles } from './host/remove-files.ts';
import { selinuxOff } from './host/selinux-off.ts';
import { unit } from './host/unit.ts';
import { writeFiles } from './host/write-files.ts';
import { addressDrop } from './keepalived/address-drop.ts';
import { keepalivedConfig } from './keepalived/keepalived-config.ts';
import { keepalivedPause } from './keepalived/keepalived-pause.ts';
import { memberConf } from './member/member-conf.ts';
import { memberDestroy } from './member/member-destroy.ts';
import { memberKill } from './member/member-kill.ts';
import { memberMark } from './member/member-mark.ts';
import { memberPermit } from './member/member-permit.ts';
import { memberRestart } from './member/member-restart.ts';
import { memberRestore } from './member/member-restore.ts';
import { memberRetire } from './member/member-retire.ts';
import type { Ec2Operation, HostOperation, RespOperation, SwitchOperation, TransferOperation } from './operation.ts';
import { ovsBridge } from './ovs/ovs-bridge.ts';
import { ovsTransaction } from './ovs/ovs-transaction.ts';
import { acceptPasswords } from './redis/accept-passwords.ts';
import { masterSwitch } from './redis/master-switch.ts';
import { redisConfigSet } from './redis/redis-config-set.ts';
import { redisRelink } from './redis/redis-relink.ts';
import { sentinelMonitor } from './sentinel/sentinel-monitor.ts';
import { sentinelReset } from './sentinel/sentinel-reset.ts';
import { sentinelSet } from './sentinel/sentinel-set.ts';

/** How each operation on a host is carried out. */
export const hostOperations: { readonly [N in keyof HostActions]: HostOperation<HostAction<N>> } = {
  'package-repository': packageRepository,
  'packages-install': packagesInstall,
  'selinux-off': selinuxOff,
  'host-reboot': hostReboot,
  'initramfs-driver': initramfsDriver,
  'kernel-modules': kernelModules,
  'kernel-setting': kernelSetting,
  'ovs-transaction': ovsTransaction,
  'ovs-bridge': ovsBridge,
  'data-disk': dataDiskOperation,
  'link-up': linkUp,
  'write-files': writeFiles,
  'remove-files': removeFiles,
  unit,
  'container-template': containerTemplate,
  'template-build': templateBuild,
  'template-fetch': templateFetch,
  'container-create': containerCreate,
  'container-run': containerRun,
  'container-settings': containerSettings,
  'container-limits': containerLimits,
  'container-grow': containerGrow,
  'container-rebuild': containerRebuild,
  'container-former': containerFormer,
  'container-attach': containerAttach,
  'host-drain': hostDrain,
  'member-mark': memberMark,
  'member-permit': memberPermit,
  'member-conf': memberConf,
  'member-kill': memberKill,
  'drill-kill': drillKill,
  'member-restart': memberRestart,
  'member-retire': memberRetire,
  'member-restore': memberRestore,
  'member-destroy': memberDestroy,
  'haproxy-config': haproxyConfig,
  'keepalived-config': keepalivedConfig,
  'keepalived-pause': keepalivedPause,
  'address-drop': addressDrop,
};

/** How each transfer is carried out. */
const transferOperations: { readonly [N in keyof TransferActions]: TransferOperation<TransferAction<N>> } = {
  'template-copy': templateCopy,
};

/** How each EC2 operation is carried out. */
export const ec2Operations: { readonly [N in keyof Ec2Actions]: Ec2Operation<Ec2Action<N>> } = {
  'ec2-call': ec2Call,
  'address-assign': addressAssign,
};

/** How each operation on Redis or Sentinel is carried out. */
export const respOperations: { readonly [N in keyof RespActions]: RespOperation<RespAction<N>> } = {
  'redis-config-set': redisConfigSet,
  'accept-passwords': acceptPasswords,
  'redis-relink': redisRelink,
  'sentinel-monitor': sentinelMonitor,
  'sentinel-reset': sentinelReset,
  'sentinel-set': sentinelSet,
};

const switchOperations: { readonly [N in keyof SwitchActions]: SwitchOperation<SwitchAction<N>> } = {
  'master-switch': masterSwitch,
};

/** A handler for the actions of each medium. */
interface ByMedium<R> {
  host<N extends keyof HostActions>(operation: HostOperation<HostAction<N>>, action: HostAction<N>): R;
  transfer<N extends keyof TransferActions>(
    operation: TransferOperation<TransferAction<N>>,
    action: TransferAction<N>,
  ): R;
  ec2<N extends keyof Ec2Actions>(operation: Ec2Operation<Ec2Action<N>>, action: Ec2Action<N>): R;
  resp<N extends keyof RespActions>(operation: RespOperation<RespAction<N>>, action: RespAction<N>): R;
  switch<N extends keyof SwitchActions>(operation: SwitchOperation<SwitchAction<N>>, action: SwitchAction<N>): R;
}

/** Finds an action's operation in the table of its medium. */
export function byMedium<R>(action: Action, medium: ByMedium<R>): R {
  if (isOnHost(action)) return onHost(action, medium);
  if (isTransfer(action)) return byTransfer(action, medium);
  if (isOnEc2(action)) return onEc2(action, medium);
  return isSwitch(action) ? bySwitch(action, medium) : overResp(action, medium);
}

/** One line of text: what the action does, and where. */
export function describeAction(action: Action): string {
  return byMedium(action, {
    host: (operation, one) => `${operation.host(one)}: ${operation.describe(one)}`,
    transfer: (operation, one) => `${operation.host(one)}: ${operation.describe(one)}`,
    ec2: (operation, one) => operation.describe(one),
    resp: (operation, one) => operation.describe(one),
    switch: (operation, one) => operation.describe(one),
  });
}

/** Where an action is carried out: actions of one lane run one after the other. */
export function laneOf(action: Action): string {
  return byMedium(action, {
    host: (operation, one) => `host ${operation.host(one)}`,
    transfer: (operation, one) => `host ${operation.host(one)}`,
    ec2: () => 'EC2',
    resp: (operation, one) => `tenant ${operation.endpoint(one).tenant}`,
    switch: (operation, one) => `tenant ${operation.tenant(one)}`,
  });
}

/** Milliseconds until the action's effect can be observed. */
export function settleMsOf(action: Action): number {
  return byMedium(action, { host: settleMs, transfer: settleMs, ec2: settleMs, resp: settleMs, switch: settleMs });
}

/** The host that does not respond until the action's effect can be observed; undefined if there is none. */
export function unreachableDuring(action: Action): string | undefined {
  return byMedium(action, {
    host: (operation, one) => operation.unreachableDuring?.(one),
    transfer: () => undefined,
    ec2: () => undefined,
    resp: () => undefined,
    switch: () => undefined,
  });
}

function settleMs(operation: { readonly settleMs: number }): number {
  return operation.settleMs;
}

function onHost<N extends keyof HostActions, R>(action: HostAction<N>, medium: ByMedium<R>): R {
  return medium.host(hostOperations[action.operation], action);
}

function byTransfer<N extends keyof TransferActions, R>(action: TransferAction<N>, medium: ByMedium<R>): R {
  return medium.transfer(transferOperations[action.operation], action);
}

function onEc2<N extends keyof Ec2Actions, R>(action: Ec2Action<N>, medium: ByMedium<R>): R {
  return medium.ec2(ec2Operations[action.operation], action);
}

function overResp<N extends keyof RespActions, R>(action: RespAction<N>, medium: ByMedium<R>): R {
  return medium.resp(respOperations[action.operation], action);
}

function bySwitch<N extends keyof SwitchActions, R>(action: SwitchAction<N>, medium: ByMedium<R>): R {
  return medium.switch(switchOperations[action.operation], action);
}

function isOnHost(action: Action): action is HostAction {
  return Object.hasOwn(hostOperations, action.operation);
}

function isTransfer(action: Action): action is TransferAction {
  return Object.hasOwn(transferOperations, action.operation);
}

function isSwitch(action: Action): action is SwitchAction {
  return Object.hasOwn(switchOperations, action.operation);
}

function isOnEc2(action: Action): action is Ec2Action {
  return Object.hasOwn(ec2Operations, action.operation);
}

/** Whether it is not tried again in a run once it has failed: other members are stopped with this one, and were started again meanwhile. */
export function isTriedOnce(action: Action): boolean {
  return action.operation === 'member-retire' && action.readdressed === true;
}
