import type { Runtime } from '../../../crds/fleet.ts';
import type { ContainerRuntime } from '../runtime.ts';
import { lxc } from './lxc.ts';
import { openvz } from './openvz.ts';

/** Every runtime that a Cluster may declare. */
export const runtimes: { readonly [T in Runtime['type']]: ContainerRuntime } = { lxc, openvz };
