import type { Cluster, HostName, Member, Tenant } from '../../crds/fleet.ts';
import type { Limits } from '../../renderers/container/limits.ts';
import type { Attachment } from '../../renderers/ovs/port-up.ts';
import type { ContainerFacts } from '../facts/container/container-facts.ts';
import type { TemplateImage } from '../facts/container/template.ts';
import type { Action, DesiredFile, VzSetting } from '../operations/actions.ts';

/** A member's container as declared, independent of its runtime. */
export interface MemberContainer {
  readonly cluster: Cluster;
  readonly tenant: Tenant;
  readonly member: Member;
  readonly host: HostName;
  readonly name: string;
  /** The identifier in its runtime: the name with LXC, the number (CTID) with OpenVZ. */
  readonly id: string;
  /** The member's directory on the host. */
  readonly folder: string;
  readonly attachment: Attachment;
  readonly limits: Limits;
  readonly diskBytes: number;
}

/** What a runtime provides: files and actions, as data. What exists on a host is read by the facts. */
export interface ContainerRuntime {
  readonly terms: RuntimeTerms;
  idOf(tenant: Tenant, member: Member): string;
  /** Limits, rounded to what this runtime can express. */
  limitsOf(limits: Limits): Limits;
  /** The runtime's own files of the container, outside the member's directory. The one that makes it exist comes last. */
  files(container: MemberContainer): readonly DesiredFile[];
  /** Digest of the settings that take effect only at a start. */
  boot(container: MemberContainer): string;
  create(container: MemberContainer, template: string, image: TemplateImage): Action;
  /** Gives a container another root, made from this image, with its data. */
  rebuild(container: MemberContainer, template: string, image: TemplateImage, imageBytes: number): Action;
  start(container: MemberContainer): Action;
  /** `boot`: only while the configuration of that digest is not loaded. */
  restart(container: MemberContainer, boot?: string): Action;
  /** Registers a container whose directory, with its data, exists already. */
  register(container: MemberContainer): readonly Action[];
  /** Parameters that differ in the runtime's own configuration; none where that configuration is one of the files. */
  differing(container: MemberContainer, facts: ContainerFacts): readonly Differing[];
  /** Sets the given parameters and no others: setting an unchanged one again may interrupt the container. */
  set(container: MemberContainer, differing: readonly Differing[]): Action;
  limit(container: MemberContainer): Action;
  grow(container: MemberContainer): Action;
  attach(container: MemberContainer): Action;
}

/** A parameter with another value than declared. `limit`: setting it also sets what the kernel enforces. */
export interface Differing {
  readonly field: string;
  readonly want: string;
  readonly have: string;
  readonly limit: boolean;
  /** Options of the runtime that correct it. */
  readonly settings: readonly VzSetting[];
}

/** The name of a runtime, and the commands that an operator needs. */
export interface RuntimeTerms {
  readonly name: string;
  /** Path of its configuration of a container. */
  configPath(id: string): string;
  stopCommand(id: string): string;
  inspectCommand(id: string): string;
  resumeCommand(id: string): string;
  /** What to do about a foreign container that has a member's `id`, or else its name. */
  resolveConflict(sameId: boolean): string;
}
