import type { Cluster, HostName, Member, Tenant } from '../../crds/fleet.ts';
import type { Limits } from '../../renderers/container-limits.ts';
import type { Attachment } from '../../renderers/port-up.ts';
import type { ContainerFacts } from '../questions/containers.ts';
import type { TemplateImage } from '../questions/template.ts';
import type { Action, DesiredFile, VzSetting } from '../verbs/index.ts';

/** A member's container as it should be, whatever runs it. */
export interface MemberContainer {
  readonly cluster: Cluster;
  readonly tenant: Tenant;
  readonly member: Member;
  readonly host: HostName;
  readonly name: string;
  /** What its runtime calls it: LXC by its name, OpenVZ by its number. */
  readonly id: string;
  /** The member's folder on the host. */
  readonly folder: string;
  readonly attachment: Attachment;
  readonly limits: Limits;
  readonly diskBytes: number;
}

/** What a runtime must be able to say: files and actions, as data. What was seen is read by the questions. */
export interface ContainerRuntime {
  readonly words: RuntimeWords;
  idOf(tenant: Tenant, member: Member): string;
  /** Limits as this runtime can count them. */
  limitsOf(limits: Limits): Limits;
  /** The runtime's own files of the container, outside the member's folder; what makes it exist comes last. */
  files(container: MemberContainer): readonly DesiredFile[];
  /** Digest of what takes effect only at a start. */
  boot(container: MemberContainer): string;
  create(container: MemberContainer, template: string, image: TemplateImage): Action;
  start(container: MemberContainer): Action;
  /** `boot`: only while it does not run with the configuration of that digest. */
  restart(container: MemberContainer, boot?: string): Action;
  /** Has the runtime know a container whose folder, with its data, is there. */
  register(container: MemberContainer): readonly Action[];
  /** Parameters in the runtime's own configuration that differ; none where that is one of the files. */
  differing(container: MemberContainer, facts: ContainerFacts): readonly Differing[];
  /** Mends those that are given, and nothing else: what is set again as it is may interrupt as well. */
  set(container: MemberContainer, differing: readonly Differing[]): Action;
  limit(container: MemberContainer): Action;
  grow(container: MemberContainer): Action;
  attach(container: MemberContainer): Action;
}

/** A parameter that is not what it should be. `limit`: setting it sets what the kernel enforces. */
export interface Differing {
  readonly field: string;
  readonly want: string;
  readonly have: string;
  readonly limit: boolean;
  /** What mends it, by the runtime's own options. */
  readonly settings: readonly VzSetting[];
}

/** How a runtime is called, and what a person does with it by hand. */
export interface RuntimeWords {
  readonly name: string;
  /** Where its configuration of a container lies. */
  place(id: string): string;
  stop(id: string): string;
  look(id: string): string;
  thaw(id: string): string;
  /** What to do about a foreign one that has a member's `id`, or else its name. */
  taken(id: boolean): string;
}
