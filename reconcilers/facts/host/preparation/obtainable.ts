/** What the package manager of a host could install, by the lists that it has fetched. */
export interface Obtainable {
  /** The requested packages that a list has. */
  readonly packages: Readonly<Record<string, PackageVersions>>;
  /** Repositories that are configured, and whose lists were not fetched: their packages are not known. Without credentials. */
  readonly unread: readonly string[];
}

export interface PackageVersions {
  /** The version that would be installed if none is asked for. Undefined: none, because a pin excludes all of them. */
  readonly candidate: string | undefined;
  /** Every version that a list has. */
  readonly versions: readonly string[];
}
