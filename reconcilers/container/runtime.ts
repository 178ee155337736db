import type { Cluster, HostName, Member, Tenant } from '../../crds/fleet.ts';
import type { Limits } from '../../renderers/lxc-config.ts';
import type { Attachment } from '../../renderers/lxc-up.ts';
import type { TemplateImage } from '../questions/template.ts';
import type { Action, DesiredFile } from '../verbs/index.ts';

/** A member's container as it should be, whatever runs it. */
export interface MemberContainer {
  readonly cluster: Cluster;
  readonly tenant: Tenant;
  readonly member: Member;
  readonly host: HostName;
  readonly name: string;
  /** The member's folder on the host. */
  readonly folder: string;
  readonly attachment: Attachment;
  readonly limits: Limits;
  readonly diskBytes: number;
}

/** What a runtime must be able to say: files and actions, as data. What was seen is read by the questions. */
export interface ContainerRuntime {
  /** The runtime's own files of the container, outside the member's folder; what makes it exist comes last. */
  files(container: MemberContainer): readonly DesiredFile[];
  /** Digest of what takes effect only at a start. */
  boot(container: MemberContainer): string;
  create(container: MemberContainer, template: string, image: TemplateImage): Action;
  start(container: MemberContainer): Action;
  /** `boot`: only while it does not run with the configuration of that digest. */
  restart(container: MemberContainer, boot?: string): Action;
  limit(container: MemberContainer): Action;
  grow(container: MemberContainer): Action;
  attach(container: MemberContainer): Action;
}
