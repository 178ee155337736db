// Generated from crds/*.yaml by .ci/generate-types.ts. Do not edit.

/**
 * EC2 hosts, the mesh between them, and the container runtime.
 */
export interface ClusterDocument {
/**
 * Always redis-ec2.dev/v1alpha1.
 */
apiVersion: "redis-ec2.dev/v1alpha1"
/**
 * Always Cluster.
 */
kind: "Cluster"
/**
 * Name and notes.
 */
metadata: {
/**
 * The name that Tenants and ProxyPairs refer to.
 */
name: string
/**
 * Notes to select by.
 */
labels?: {
[k: string]: string
}
/**
 * Annotations for users and tools.
 */
annotations?: {
[k: string]: string
}
}
/**
 * Desired state of the cluster.
 */
spec: {
/**
 * The EC2 API to use.
 */
aws: {
/**
 * AWS region, such as eu-central-1.
 */
region: string
/**
 * URL of the EC2 API. If omitted, the endpoint of the region is used.
 */
endpoint?: string
/**
 * Tags for everything that is created in EC2, such as a cost center. Those that are missing are added to what this Cluster created before. Other tags, and tags that are no longer declared, are never removed.
 */
tags: {
[k: string]: string
}
/**
 * Profile of the shared AWS configuration files, SSO and web identity included. If omitted, credentials are found as every AWS tool finds them.
 */
profile?: string
/**
 * A role to use, assumed with the credentials of the profile, or with those that are found.
 */
assumeRole?: {
/**
 * ARN of the role.
 */
roleArn: string
/**
 * External ID that the trust policy of the role asks for.
 */
externalId?: string
/**
 * Name of the session, as CloudTrail shows it.
 */
sessionName: string
}
/**
 * The only account in which anything may be changed. Credentials of another account are refused.
 */
accountId?: string
}
/**
 * The underlay network that carries the mesh.
 */
network: {
/**
 * CIDR block of the VPC that contains all hosts. Tenant networks must not overlap it.
 */
vpcCidr: string
/**
 * The VPC. If omitted, all hosts must be adopted, and no network resources are checked.
 */
vpc?: {
/**
 * Create the VPC if it is missing, with the tag of this Cluster.
 */
create?: true
/**
 * An existing VPC to use. It is read, never modified or deleted.
 */
adopt?: {
/**
 * Select by ID.
 */
id?: string
/**
 * Select by a tag. Exactly one resource must have it.
 */
tag?: {
/**
 * Tag key, such as Name.
 */
key: string
/**
 * Tag value.
 */
value: string
}
}
}
/**
 * The internet gateway of the VPC, with a default route in the main route table. If omitted, none is managed.
 */
internetGateway?: {
/**
 * Create the internet gateway if it is missing, with the tag of this Cluster.
 */
create?: true
/**
 * An existing internet gateway to use. It is read, never modified or deleted.
 */
adopt?: {
/**
 * Select by ID.
 */
id?: string
/**
 * Select by a tag. Exactly one resource must have it.
 */
tag?: {
/**
 * Tag key, such as Name.
 */
key: string
/**
 * Tag value.
 */
value: string
}
}
}
/**
 * Subnets for created hosts. Both hosts of a ProxyPair must be in the same subnet, because an address can move only within a subnet.
 */
subnets?: {
/**
 * Name of the subnet in these documents.
 */
name: string
/**
 * CIDR block of the subnet, within vpcCidr.
 */
cidr: string
/**
 * Availability zone, such as eu-central-1a.
 */
zone: string
/**
 * Create the subnet if it is missing, with the tag of this Cluster.
 */
create?: true
/**
 * An existing subnet to use. It is read, never modified or deleted.
 */
adopt?: {
/**
 * Select by ID.
 */
id?: string
/**
 * Select by a tag. Exactly one resource must have it.
 */
tag?: {
/**
 * Tag key, such as Name.
 */
key: string
/**
 * Tag value.
 */
value: string
}
}
}[]
/**
 * How created hosts reach the EC2 API and package repositories. If omitted, nothing of it is managed, a default route that leads elsewhere than to the internet gateway is left as it is, and no host is created in a subnet that has no way out.
 */
egress?: {
/**
 * Created hosts get a public IPv4 address when they are launched, and reach the internet by the internet gateway, which must be declared. An existing instance without one keeps none. Hosts in subnets that a NAT gateway serves get none.
 */
publicAddresses?: true
/**
 * NAT gateways, by which hosts without public addresses reach the internet. Each that is created gets an Elastic IP address of its own. Serve each zone by one of its own, so that no other zone is lost with it, or all zones by one.
 */
natGateways?: {
/**
 * Name of the subnet that it is in. The default route of that subnet leads to the internet gateway.
 */
subnet: string
/**
 * Names of the subnets whose default route leads to it. Those that are created use a route table that is created for them. Those that are adopted are only checked.
 */
serves: string[]
/**
 * Create the NAT gateway if it is missing, with the tag of this Cluster.
 */
create?: true
/**
 * An existing NAT gateway to use. It is read, never modified or deleted.
 */
adopt?: {
/**
 * Select by ID.
 */
id?: string
/**
 * Select by a tag. Exactly one resource must have it.
 */
tag?: {
/**
 * Tag key, such as Name.
 */
key: string
/**
 * Tag value.
 */
value: string
}
}
}[]
/**
 * VPC endpoints, by which hosts reach services of AWS without the internet.
 */
endpoints?: {
/**
 * Interface endpoint of the EC2 API with private DNS, with an address in one subnet of each zone that has created hosts. DNS hostnames are enabled in a created VPC.
 */
ec2?: {
/**
 * Create the interface endpoint if it is missing, with the tag of this Cluster.
 */
create?: true
/**
 * An existing interface endpoint to use. It is read, never modified or deleted.
 */
adopt?: {
/**
 * Select by ID.
 */
id?: string
/**
 * Select by a tag. Exactly one resource must have it.
 */
tag?: {
/**
 * Tag key, such as Name.
 */
key: string
/**
 * Tag value.
 */
value: string
}
}
}
/**
 * Gateway endpoint of S3, in the route tables of the subnets with created hosts. It reaches repositories that are in S3, such as those of Amazon Linux 2023.
 */
s3?: {
/**
 * Create the gateway endpoint if it is missing, with the tag of this Cluster.
 */
create?: true
/**
 * An existing gateway endpoint to use. It is read, never modified or deleted.
 */
adopt?: {
/**
 * Select by ID.
 */
id?: string
/**
 * Select by a tag. Exactly one resource must have it.
 */
tag?: {
/**
 * Tag key, such as Name.
 */
key: string
/**
 * Tag value.
 */
value: string
}
}
}
}
}
/**
 * The security group of all created hosts. It allows SSH, GRE, VRRP and ICMP between them, and otherwise only the ingress listed here.
 */
securityGroup?: {
/**
 * Create the security group if it is missing, with the tag of this Cluster.
 */
create?: true
/**
 * An existing security group to use. It is read, never modified or deleted.
 */
adopt?: {
/**
 * Select by ID.
 */
id?: string
/**
 * Select by a tag. Exactly one resource must have it.
 */
tag?: {
/**
 * Tag key, such as Name.
 */
key: string
/**
 * Tag value.
 */
value: string
}
}
/**
 * CIDR blocks that may connect by SSH. They must include the machine that runs the operator.
 */
sshFrom?: string[]
/**
 * CIDR blocks whose clients may connect to the tenants' ports on the proxies.
 */
clientsFrom?: string[]
}
}
/**
 * SSH access to the hosts.
 */
ssh: {
/**
 * Login user. Either root, or a user for whom `sudo -n` works.
 */
user: string
/**
 * Port of sshd on every host without a port of its own.
 */
port: number
/**
 * The login key. Either a private key file or the agent at SSH_AUTH_SOCK.
 */
identity: {
/**
 * Private key file on the machine that runs the operator.
 */
file?: string
/**
 * Use the agent at SSH_AUTH_SOCK.
 */
agent?: true
}
/**
 * How the operator reaches the hosts. `private` is at their private addresses. `public` is at their public addresses, where sshFrom of the security group must contain the operator's address. `jump` is at their private addresses, through the host in spec.ssh.jump. Host keys are looked up in knownHosts by the private address, and then by the public address.
 */
reach: ("private" | "public" | "jump")
/**
 * The host that connections to all other hosts go through. Required if `reach` is `jump`, and only then. Its sshd must forward TCP.
 */
jump?: {
/**
 * DNS name or IP address of a host that is not in spec.hosts. Its host key is looked up in knownHosts by this name, and `console` does not apply to it.
 */
address?: string
/**
 * Name of a host in spec.hosts, which is reached at its public address. Its login is that of the host.
 */
host?: string
/**
 * Login user. With `address` only. Default, that of spec.ssh.
 */
user?: string
/**
 * Port of sshd. With `address` only. Default, that of spec.ssh.
 */
port?: number
/**
 * The login key. Either a private key file or the agent at SSH_AUTH_SOCK. With `address` only. Default, that of spec.ssh.
 */
identity?: {
/**
 * Private key file on the machine that runs the operator.
 */
file?: string
/**
 * Use the agent at SSH_AUTH_SOCK.
 */
agent?: true
}
}
/**
 * Logins that differ by role of a host.
 */
roles: {
/**
 * Login on Redis hosts.
 */
redis?: {
/**
 * Login user. Default, that of spec.ssh.
 */
user?: string
/**
 * Port of sshd. Default, that of spec.ssh.
 */
port?: number
/**
 * The login key. Either a private key file or the agent at SSH_AUTH_SOCK. Default, that of spec.ssh.
 */
identity?: {
/**
 * Private key file on the machine that runs the operator.
 */
file?: string
/**
 * Use the agent at SSH_AUTH_SOCK.
 */
agent?: true
}
}
/**
 * Login on proxies.
 */
proxy?: {
/**
 * Login user. Default, that of spec.ssh.
 */
user?: string
/**
 * Port of sshd. Default, that of spec.ssh.
 */
port?: number
/**
 * The login key. Either a private key file or the agent at SSH_AUTH_SOCK. Default, that of spec.ssh.
 */
identity?: {
/**
 * Private key file on the machine that runs the operator.
 */
file?: string
/**
 * Use the agent at SSH_AUTH_SOCK.
 */
agent?: true
}
}
}
/**
 * The known_hosts file with the hosts' keys. Use one per Cluster if Clusters share addresses.
 */
knownHosts: string
/**
 * `strict` rejects a host whose key is not in knownHosts. `accept-new` records the key of a host that is not in knownHosts yet. `console` records the keys that EC2 shows in the console output of an instance that the operator created, and is `strict` for adopted hosts. A changed key is always rejected, with one exception. Under `console`, the keys of a recreated instance replace the keys that were read from the console of the previous instance.
 */
hostKeys: ("strict" | "accept-new" | "console")
/**
 * Timeout for one connection attempt, 100ms to 10m.
 */
connectTimeout: string
/**
 * Timeout for one command on a host, 1s to 1h.
 */
commandTimeout: string
}
/**
 * The EC2 instances. At least three Redis hosts and two proxy hosts. At most 128 hosts, because one call describes all of them and EC2 accepts 200 filter values per call.
 */
hosts: {
/**
 * Name of the host in these documents.
 */
name: string
/**
 * `redis` hosts run containers. `proxy` hosts run HAProxy and keepalived.
 */
role: ("redis" | "proxy")
/**
 * An existing instance to use as this host.
 */
adopt?: {
/**
 * Select by ID.
 */
instanceId?: string
/**
 * Select by a tag. Exactly one instance must have it.
 */
tag?: {
/**
 * Tag key, such as Name.
 */
key: string
/**
 * Tag value.
 */
value: string
}
}
/**
 * Login on this host, if it differs from spec.ssh.
 */
ssh?: {
/**
 * Login user. Default, that of its role in spec.ssh.roles, or of spec.ssh.
 */
user?: string
/**
 * Port of sshd. Default, that of its role in spec.ssh.roles, or of spec.ssh.
 */
port?: number
/**
 * The login key. Either a private key file or the agent at SSH_AUTH_SOCK. Default, that of its role in spec.ssh.roles, or of spec.ssh.
 */
identity?: {
/**
 * Private key file on the machine that runs the operator.
 */
file?: string
/**
 * Use the agent at SSH_AUTH_SOCK.
 */
agent?: true
}
}
/**
 * Create the instance if it is missing, with the tag of this host. Requires spec.network.vpc, subnets and securityGroup. Omitted fields are taken from spec.instances.
 */
create?: {
/**
 * Name of a subnet in spec.network.subnets.
 */
subnet: string
/**
 * Primary private IP address. EC2 gives an address to one instance only, which prevents a duplicate instance.
 */
address: string
/**
 * Instance type, such as m5.large.
 */
type?: string
/**
 * The AMI. Changing it does not recreate an existing instance. The difference is reported.
 */
image?: string
/**
 * The EC2 key pair whose public key the AMI authorizes. It must exist.
 */
keyName?: string
/**
 * Name of the IAM instance profile. A proxy needs one to move the virtual IP address.
 */
instanceProfile?: string
/**
 * Name of the role in the instance profile, for `reconcile iam`. If omitted, it has the name of the profile.
 */
instanceProfileRole?: string
/**
 * The root volume.
 */
rootVolume?: {
/**
 * Size in whole Gi or Ti, 8Gi to 16Ti.
 */
size?: string
/**
 * EBS volume type.
 */
type?: ("gp2" | "gp3" | "io1" | "io2" | "standard")
/**
 * Encrypt the volume. Only for a volume that is created; the difference to an existing one is reported.
 */
encrypted?: boolean
/**
 * The KMS key for the encryption, as ARN, ID or `alias/NAME`. If omitted, the default EBS key of the account.
 */
kmsKey?: string
/**
 * Provisioned IOPS. Of gp3, io1 and io2 only; io1 and io2 require it.
 */
iops?: number
/**
 * Throughput in MiB/s. Of gp3 only.
 */
throughput?: number
}
/**
 * A volume for the data of the members on a created Redis host. It is kept when the instance goes, found by its tags, and attached to the next instance of the host in the same availability zone. Only with LXC.
 */
dataVolume?: {
/**
 * Size in whole Gi or Ti, 1Gi to 16Ti. It can be raised, and the file system grows with it.
 */
size?: string
/**
 * EBS volume type.
 */
type?: ("gp2" | "gp3" | "io1" | "io2" | "standard")
/**
 * Encrypt the volume. Only for a volume that is created; the difference to an existing one is reported.
 */
encrypted?: boolean
/**
 * The KMS key for the encryption, as ARN, ID or `alias/NAME`. If omitted, the default EBS key of the account.
 */
kmsKey?: string
/**
 * Provisioned IOPS. Of gp3, io1 and io2 only; io1 and io2 require it.
 */
iops?: number
/**
 * Throughput in MiB/s. Of gp3 only.
 */
throughput?: number
}
/**
 * EC2 refuses to terminate the instance until the protection is lifted, as `reconcile delete` does before it destroys a host. If omitted, it is set on Redis hosts when they are created. If declared, it is also compared with what EC2 has, in a call per host and pass, and restored.
 */
terminationProtection?: boolean
/**
 * `sriov` enables the Intel 82599 interface of older types (C3, C4, D2, I2, M4, R3). This requires one stop of the instance and the ixgbevf driver in the host's kernel, and it cannot be undone. `ena` is only checked. `none` requires neither.
 */
enhancedNetworking?: ("sriov" | "ena" | "none")
}
}[]
/**
 * Defaults for created hosts. A host can override each of them.
 */
instances: {
/**
 * Instance type, such as m5.large.
 */
type?: string
/**
 * The AMI. Changing it does not recreate an existing instance. The difference is reported.
 */
image?: string
/**
 * The EC2 key pair whose public key the AMI authorizes. It must exist.
 */
keyName?: string
/**
 * Name of the IAM instance profile. A proxy needs one to move the virtual IP address.
 */
instanceProfile?: string
/**
 * Name of the role in the instance profile, for `reconcile iam`. If omitted, it has the name of the profile.
 */
instanceProfileRole?: string
/**
 * The root volume.
 */
rootVolume: {
/**
 * Size in whole Gi or Ti, 8Gi to 16Ti.
 */
size: string
/**
 * EBS volume type.
 */
type: ("gp2" | "gp3" | "io1" | "io2" | "standard")
/**
 * Encrypt the volume. Only for a volume that is created; the difference to an existing one is reported.
 */
encrypted: boolean
/**
 * The KMS key for the encryption, as ARN, ID or `alias/NAME`. If omitted, the default EBS key of the account.
 */
kmsKey?: string
/**
 * Provisioned IOPS. Of gp3, io1 and io2 only; io1 and io2 require it.
 */
iops?: number
/**
 * Throughput in MiB/s. Of gp3 only.
 */
throughput?: number
}
/**
 * A volume for the data of the members on a created Redis host. It is kept when the instance goes, found by its tags, and attached to the next instance of the host in the same availability zone. Only with LXC. If omitted, members are on the root volume, and their data goes with it.
 */
dataVolume?: {
/**
 * Size in whole Gi or Ti, 1Gi to 16Ti. It can be raised, and the file system grows with it.
 */
size: string
/**
 * EBS volume type.
 */
type: ("gp2" | "gp3" | "io1" | "io2" | "standard")
/**
 * Encrypt the volume. Only for a volume that is created; the difference to an existing one is reported.
 */
encrypted: boolean
/**
 * The KMS key for the encryption, as ARN, ID or `alias/NAME`. If omitted, the default EBS key of the account.
 */
kmsKey?: string
/**
 * Provisioned IOPS. Of gp3, io1 and io2 only; io1 and io2 require it.
 */
iops?: number
/**
 * Throughput in MiB/s. Of gp3 only.
 */
throughput?: number
}
/**
 * `spread`: created Redis hosts are launched in a placement group of this Cluster, which EC2 spreads over hardware that does not fail together. At most seven hosts per availability zone. Hosts that exist are not moved; the difference is reported.
 */
placementGroup?: "spread"
/**
 * EC2 refuses to terminate the instance until the protection is lifted, as `reconcile delete` does before it destroys a host. If omitted, it is set on Redis hosts when they are created. If declared, it is also compared with what EC2 has, in a call per host and pass, and restored.
 */
terminationProtection?: boolean
/**
 * `sriov` enables the Intel 82599 interface of older types (C3, C4, D2, I2, M4, R3). This requires one stop of the instance and the ixgbevf driver in the host's kernel, and it cannot be undone. `ena` is only checked. `none` requires neither.
 */
enhancedNetworking: ("sriov" | "ena" | "none")
}
/**
 * The GRE mesh that carries the tenants' VLANs between hosts.
 */
mesh: {
/**
 * The Open vSwitch bridge on every host. At most 15 characters, the kernel's limit for interface names.
 */
bridge: string
/**
 * `system` is the kernel datapath. `netdev` is the userspace datapath, for kernels without the module.
 */
datapath: ("system" | "netdev")
/**
 * GRE key of all tunnels. It separates two meshes in the same VPC.
 */
greKey: number
/**
 * MTU of the underlay network in bytes. Use 9001 within a VPC, or 1500 if in doubt. The MTU of containers is 46 bytes smaller.
 */
underlayMtu: number
}
/**
 * The container runtime and its template.
 */
runtime: {
/**
 * The container runtime. LXC 4 or later, or OpenVZ 6 or 7 with vzctl and vzlist.
 */
type: ("lxc" | "openvz")
/**
 * The template for every container's root file system.
 */
template: {
/**
 * Name of the template on the hosts. Members that were made from a tarball with another digest are rebuilt, one at a time.
 */
name: string
/**
 * Absolute path of the root file system tarball on every Redis host. If omitted, /var/lib/ec2-redis-operator/templates/NAME.tar.gz, or with the ending (.tar.bz2, .tar.xz) of what `from` names.
 */
tarball?: string
/**
 * Required SHA-256 digest of the tarball. Must be declared with `from.file`, `from.url` and `from.s3`.
 */
sha256?: string
/**
 * How the tarball gets onto the Redis hosts. If omitted, you put it there.
 */
from?: {
/**
 * Built from Debian packages on the first Redis host, and copied from there to the others, so that all have the same. It is built again when one of these fields changes.
 */
build?: {
/**
 * The Debian release.
 */
suite: string
/**
 * The mirror, as the host that builds reaches it. If omitted, Debian's own. It has to be signed by a key of Debian's archive, or by another key in /etc/apt/trusted.gpg.d on that host.
 */
mirror?: string
/**
 * Components of the suite.
 */
components: string[]
/**
 * Packages besides those that Debian cannot do without. Members need the default ones, or Valkey's (valkey-server, valkey-sentinel, valkey-tools, of suite trixie) in place of those of Redis.
 */
packages: string[]
}
/**
 * Absolute path of the tarball on the machine that runs the operator.
 */
file?: string
/**
 * Each Redis host downloads it from here, by curl. The URL is shown in plans, so it must not contain a secret.
 */
url?: string
/**
 * Each Redis host downloads it from S3. The operator signs the request with its own credentials, which need s3:GetObject on the object.
 */
s3?: {
/**
 * Name of the bucket.
 */
bucket: string
/**
 * Key of the object.
 */
key: string
/**
 * Region of the bucket. If omitted, that of the Cluster.
 */
region?: string
}
}
}
}
/**
 * Preparation of hosts that lack something the operator needs (packages, services, kernel modules, on CentOS 6 the kernel).
 */
preparation: {
/**
 * `install` installs missing packages, starts and enables services, and reboots a host into the kernel that its containers need. Installed packages are never upgraded, downgraded or removed. `check` only reports what is missing, so that you can fix it manually.
 */
mode: ("install" | "check")
/**
 * Package versions by package name, as the package manager writes them. A missing package is installed in this version. A different installed version is reported and left unchanged.
 */
versions: {
[k: string]: string
}
/**
 * Kernel settings by their names in sysctl(8), on Debian and Ubuntu. Without a value here, Redis hosts have vm.overcommit_memory 1, proxies net.core.somaxconn 4096 or more, net.ipv4.ip_local_port_range 10240 65535 or wider, and net.ipv4.tcp_tw_reuse 1, and all hosts with connection tracking net.netfilter.nf_conntrack_max 262144 or more. A value here replaces that one, on the same hosts, and must be met exactly. Other names are set on all hosts. `unmanaged` leaves a setting as it is.
 */
sysctls: {
[k: string]: string
}
/**
 * Transparent huge pages on Redis hosts with Debian or Ubuntu. With `always`, a save or a full synchronization copies 2 MiB for each key that is written meanwhile, so that is not offered. `unmanaged` leaves them as they are.
 */
transparentHugepages: ("madvise" | "never" | "unmanaged")
/**
 * Additional package repositories for the hosts. Each repository is trusted with its own key only.
 */
repositories: {
/**
 * Name of the repository. Its files on the hosts have this name.
 */
name: string
/**
 * Operating system of the hosts that get this repository.
 */
system: ("amazon-linux-2023" | "centos-6" | "debian-12" | "debian-13" | "rocky-9" | "ubuntu-22.04" | "ubuntu-24.04")
/**
 * URL of the repository, as apt or yum accepts it.
 */
url: string
/**
 * For apt, the suite, such as bookworm. Use "./" for a repository without suites.
 */
suite: string
/**
 * For apt, the components of the suite, such as main.
 */
components: string[]
/**
 * The OpenPGP key that signs the repository.
 */
key: {
/**
 * URL from which each host fetches the key, in ASCII armor.
 */
url: string
/**
 * Required SHA-256 digest of the key file. A different key is not trusted.
 */
sha256: string
}
}[]
}
/**
 * Settings of `apply --prune`, which removes Tenants that are no longer declared.
 */
prune: {
/**
 * How long the data of a retired member is kept, 1s to 8760h. If the Tenant is declared again within this time, it returns with its data. After this time, the next `apply --prune` deletes the data.
 */
retainFor: string
}
/**
 * When tenants of this Cluster may be interrupted. Outside of these windows, steps that interrupt a tenant wait, unless they repair what impacts it. Without this, they are done at any time.
 */
maintenance?: {
/**
 * Time zone of the windows, by its name in the IANA database. Daylight saving time is followed.
 */
timezone: string
/**
 * The windows of a week. They must not overlap.
 */
windows: {
/**
 * Days on which it opens. Every day by default.
 */
days?: ("Mon" | "Tue" | "Wed" | "Thu" | "Fri" | "Sat" | "Sun")[]
/**
 * When it opens, as hours and minutes in the time zone.
 */
start: string
/**
 * For how long it is open, 10m to 24h, across midnight too.
 */
duration: string
}[]
}
/**
 * No step is done in this Cluster until a time, also for its Tenants and ProxyPairs; differences are shown. The cluster keeps working by itself meanwhile, such as Sentinel and keepalived, and nothing on the hosts is changed because of it.
 */
paused?: {
/**
 * When the pause ends by itself, as a date and time with a zone (RFC 3339). A pause that is over has no effect.
 */
until: string
/**
 * Why, in one line of at most 200 characters. It is shown with everything that is not done.
 */
reason: string
}
}
/**
 * Observed state.
 */
status?: {
/**
 * Generation of the document that this status describes.
 */
observedGeneration?: number
/**
 * Healthy hosts of declared hosts, such as 5/5.
 */
hosts?: string
/**
 * Conditions of the resource.
 */
conditions?: {
/**
 * Condition type, such as Ready.
 */
type: string
/**
 * Whether the condition holds.
 */
status: ("True" | "False" | "Unknown")
/**
 * CamelCase reason code for programs.
 */
reason?: string
/**
 * Human-readable message.
 */
message?: string
/**
 * Generation of the document that was checked.
 */
observedGeneration?: number
/**
 * Time of the last change of status.
 */
lastTransitionTime?: string
/**
 * Time of the last check.
 */
lastProbeTime?: string
}[]
}
}

export const clusterSchema: Readonly<Record<string, unknown>> = {
  "description": "EC2 hosts, the mesh between them, and the container runtime.",
  "type": "object",
  "required": [
    "apiVersion",
    "kind",
    "metadata",
    "spec"
  ],
  "properties": {
    "apiVersion": {
      "type": "string",
      "description": "Always redis-ec2.dev/v1alpha1.",
      "enum": [
        "redis-ec2.dev/v1alpha1"
      ]
    },
    "kind": {
      "type": "string",
      "description": "Always Cluster.",
      "enum": [
        "Cluster"
      ]
    },
    "metadata": {
      "description": "Name and notes.",
      "type": "object",
      "required": [
        "name"
      ],
      "properties": {
        "name": {
          "description": "The name that Tenants and ProxyPairs refer to.",
          "type": "string",
          "maxLength": 40,
          "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
        },
        "labels": {
          "description": "Notes to select by.",
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        },
        "annotations": {
          "description": "Annotations for users and tools.",
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        }
      },
      "additionalProperties": false
    },
    "spec": {
      "description": "Desired state of the cluster.",
      "type": "object",
      "required": [
        "aws",
        "network",
        "ssh",
        "hosts",
        "runtime"
      ],
      "properties": {
        "aws": {
          "description": "The EC2 API to use.",
          "type": "object",
          "required": [
            "region"
          ],
          "properties": {
            "region": {
              "description": "AWS region, such as eu-central-1.",
              "type": "string",
              "pattern": "^[a-z]+(-[a-z0-9]+)+$"
            },
            "endpoint": {
              "description": "URL of the EC2 API. If omitted, the endpoint of the region is used.",
              "type": "string",
              "pattern": "^https?://[^\\s/?#]+(/[^\\s]*)?$"
            },
            "tags": {
              "description": "Tags for everything that is created in EC2, such as a cost center. Those that are missing are added to what this Cluster created before. Other tags, and tags that are no longer declared, are never removed.",
              "type": "object",
              "default": {},
              "maxProperties": 40,
              "additionalProperties": {
                "type": "string",
                "maxLength": 256,
                "pattern": "^[^\\x00-\\x1f\\x7f]*$"
              }
            },
            "profile": {
              "description": "Profile of the shared AWS configuration files, SSO and web identity included. If omitted, credentials are found as every AWS tool finds them.",
              "type": "string",
              "pattern": "^[^\\x00-\\x1f\\x7f]+$",
              "maxLength": 128
            },
            "assumeRole": {
              "description": "A role to use, assumed with the credentials of the profile, or with those that are found.",
              "type": "object",
              "required": [
                "roleArn"
              ],
              "properties": {
                "roleArn": {
                  "description": "ARN of the role.",
                  "type": "string",
                  "pattern": "^arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$"
                },
                "externalId": {
                  "description": "External ID that the trust policy of the role asks for.",
                  "type": "string",
                  "pattern": "^[A-Za-z0-9+=,.@:/_-]{2,1224}$"
                },
                "sessionName": {
                  "description": "Name of the session, as CloudTrail shows it.",
                  "type": "string",
                  "pattern": "^[A-Za-z0-9+=,.@_-]{2,64}$",
                  "default": "ec2-redis-operator"
                }
              },
              "additionalProperties": false
            },
            "accountId": {
              "description": "The only account in which anything may be changed. Credentials of another account are refused.",
              "type": "string",
              "pattern": "^[0-9]{12}$"
            }
          },
          "additionalProperties": false
        },
        "network": {
          "description": "The underlay network that carries the mesh.",
          "type": "object",
          "required": [
            "vpcCidr"
          ],
          "properties": {
            "vpcCidr": {
              "description": "CIDR block of the VPC that contains all hosts. Tenant networks must not overlap it.",
              "type": "string",
              "format": "cidr"
            },
            "vpc": {
              "description": "The VPC. If omitted, all hosts must be adopted, and no network resources are checked.",
              "type": "object",
              "properties": {
                "create": {
                  "description": "Create the VPC if it is missing, with the tag of this Cluster.",
                  "type": "boolean",
                  "enum": [
                    true
                  ]
                },
                "adopt": {
                  "description": "An existing VPC to use. It is read, never modified or deleted.",
                  "type": "object",
                  "properties": {
                    "id": {
                      "description": "Select by ID.",
                      "type": "string",
                      "pattern": "^vpc-[0-9a-f]{8,17}$"
                    },
                    "tag": {
                      "description": "Select by a tag. Exactly one resource must have it.",
                      "type": "object",
                      "required": [
                        "key",
                        "value"
                      ],
                      "properties": {
                        "key": {
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 128,
                          "description": "Tag key, such as Name."
                        },
                        "value": {
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 256,
                          "description": "Tag value."
                        }
                      },
                      "additionalProperties": false
                    }
                  },
                  "oneOf": [
                    {
                      "required": [
                        "id"
                      ]
                    },
                    {
                      "required": [
                        "tag"
                      ]
                    }
                  ],
                  "additionalProperties": false
                }
              },
              "oneOf": [
                {
                  "required": [
                    "create"
                  ]
                },
                {
                  "required": [
                    "adopt"
                  ]
                }
              ],
              "additionalProperties": false
            },
            "internetGateway": {
              "description": "The internet gateway of the VPC, with a default route in the main route table. If omitted, none is managed.",
              "type": "object",
              "properties": {
                "create": {
                  "description": "Create the internet gateway if it is missing, with the tag of this Cluster.",
                  "type": "boolean",
                  "enum": [
                    true
                  ]
                },
                "adopt": {
                  "description": "An existing internet gateway to use. It is read, never modified or deleted.",
                  "type": "object",
                  "properties": {
                    "id": {
                      "description": "Select by ID.",
                      "type": "string",
                      "pattern": "^igw-[0-9a-f]{8,17}$"
                    },
                    "tag": {
                      "description": "Select by a tag. Exactly one resource must have it.",
                      "type": "object",
                      "required": [
                        "key",
                        "value"
                      ],
                      "properties": {
                        "key": {
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 128,
                          "description": "Tag key, such as Name."
                        },
                        "value": {
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 256,
                          "description": "Tag value."
                        }
                      },
                      "additionalProperties": false
                    }
                  },
                  "oneOf": [
                    {
                      "required": [
                        "id"
                      ]
                    },
                    {
                      "required": [
                        "tag"
                      ]
                    }
                  ],
                  "additionalProperties": false
                }
              },
              "oneOf": [
                {
                  "required": [
                    "create"
                  ]
                },
                {
                  "required": [
                    "adopt"
                  ]
                }
              ],
              "additionalProperties": false
            },
            "subnets": {
              "description": "Subnets for created hosts. Both hosts of a ProxyPair must be in the same subnet, because an address can move only within a subnet.",
              "type": "array",
              "maxItems": 16,
              "x-kubernetes-list-type": "map",
              "x-kubernetes-list-map-keys": [
                "name"
              ],
              "items": {
                "type": "object",
                "required": [
                  "name",
                  "cidr",
                  "zone"
                ],
                "properties": {
                  "name": {
                    "description": "Name of the subnet in these documents.",
                    "type": "string",
                    "maxLength": 40,
                    "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                  },
                  "cidr": {
                    "description": "CIDR block of the subnet, within vpcCidr.",
                    "type": "string",
                    "format": "cidr"
                  },
                  "zone": {
                    "description": "Availability zone, such as eu-central-1a.",
                    "type": "string",
                    "pattern": "^[a-z]+(-[a-z0-9]+)*-[0-9]+[a-z]$"
                  },
                  "create": {
                    "description": "Create the subnet if it is missing, with the tag of this Cluster.",
                    "type": "boolean",
                    "enum": [
                      true
                    ]
                  },
                  "adopt": {
                    "description": "An existing subnet to use. It is read, never modified or deleted.",
                    "type": "object",
                    "properties": {
                      "id": {
                        "description": "Select by ID.",
                        "type": "string",
                        "pattern": "^subnet-[0-9a-f]{8,17}$"
                      },
                      "tag": {
                        "description": "Select by a tag. Exactly one resource must have it.",
                        "type": "object",
                        "required": [
                          "key",
                          "value"
                        ],
                        "properties": {
                          "key": {
                            "type": "string",
                            "minLength": 1,
                            "maxLength": 128,
                            "description": "Tag key, such as Name."
                          },
                          "value": {
                            "type": "string",
                            "minLength": 1,
                            "maxLength": 256,
                            "description": "Tag value."
                          }
                        },
                        "additionalProperties": false
                      }
                    },
                    "oneOf": [
                      {
                        "required": [
                          "id"
                        ]
                      },
                      {
                        "required": [
                          "tag"
                        ]
                      }
                    ],
                    "additionalProperties": false
                  }
                },
                "oneOf": [
                  {
                    "required": [
                      "create"
                    ]
                  },
                  {
                    "required": [
                      "adopt"
                    ]
                  }
                ],
                "additionalProperties": false
              }
            },
            "egress": {
              "description": "How created hosts reach the EC2 API and package repositories. If omitted, nothing of it is managed, a default route that leads elsewhere than to the internet gateway is left as it is, and no host is created in a subnet that has no way out.",
              "type": "object",
              "properties": {
                "publicAddresses": {
                  "description": "Created hosts get a public IPv4 address when they are launched, and reach the internet by the internet gateway, which must be declared. An existing instance without one keeps none. Hosts in subnets that a NAT gateway serves get none.",
                  "type": "boolean",
                  "enum": [
                    true
                  ]
                },
                "natGateways": {
                  "description": "NAT gateways, by which hosts without public addresses reach the internet. Each that is created gets an Elastic IP address of its own. Serve each zone by one of its own, so that no other zone is lost with it, or all zones by one.",
                  "type": "array",
                  "minItems": 1,
                  "maxItems": 6,
                  "x-kubernetes-list-type": "map",
                  "x-kubernetes-list-map-keys": [
                    "subnet"
                  ],
                  "items": {
                    "type": "object",
                    "required": [
                      "subnet",
                      "serves"
                    ],
                    "properties": {
                      "subnet": {
                        "description": "Name of the subnet that it is in. The default route of that subnet leads to the internet gateway.",
                        "type": "string",
                        "maxLength": 40,
                        "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                      },
                      "serves": {
                        "description": "Names of the subnets whose default route leads to it. Those that are created use a route table that is created for them. Those that are adopted are only checked.",
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 16,
                        "x-kubernetes-list-type": "set",
                        "items": {
                          "type": "string",
                          "maxLength": 40,
                          "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$",
                          "description": "Name of a subnet."
                        }
                      },
                      "create": {
                        "description": "Create the NAT gateway if it is missing, with the tag of this Cluster.",
                        "type": "boolean",
                        "enum": [
                          true
                        ]
                      },
                      "adopt": {
                        "description": "An existing NAT gateway to use. It is read, never modified or deleted.",
                        "type": "object",
                        "properties": {
                          "id": {
                            "description": "Select by ID.",
                            "type": "string",
                            "pattern": "^nat-[0-9a-f]{8,17}$"
                          },
                          "tag": {
                            "description": "Select by a tag. Exactly one resource must have it.",
                            "type": "object",
                            "required": [
                              "key",
                              "value"
                            ],
                            "properties": {
                              "key": {
                                "type": "string",
                                "minLength": 1,
                                "maxLength": 128,
                                "description": "Tag key, such as Name."
                              },
                              "value": {
                                "type": "string",
                                "minLength": 1,
                                "maxLength": 256,
                                "description": "Tag value."
                              }
                            },
                            "additionalProperties": false
                          }
                        },
                        "oneOf": [
                          {
                            "required": [
                              "id"
                            ]
                          },
                          {
                            "required": [
                              "tag"
                            ]
                          }
                        ],
                        "additionalProperties": false
                      }
                    },
                    "oneOf": [
                      {
                        "required": [
                          "create"
                        ]
                      },
                      {
                        "required": [
                          "adopt"
                        ]
                      }
                    ],
                    "additionalProperties": false
                  }
                },
                "endpoints": {
                  "description": "VPC endpoints, by which hosts reach services of AWS without the internet.",
                  "type": "object",
                  "minProperties": 1,
                  "properties": {
                    "ec2": {
                      "description": "Interface endpoint of the EC2 API with private DNS, with an address in one subnet of each zone that has created hosts. DNS hostnames are enabled in a created VPC.",
                      "type": "object",
                      "properties": {
                        "create": {
                          "description": "Create the interface endpoint if it is missing, with the tag of this Cluster.",
                          "type": "boolean",
                          "enum": [
                            true
                          ]
                        },
                        "adopt": {
                          "description": "An existing interface endpoint to use. It is read, never modified or deleted.",
                          "type": "object",
                          "properties": {
                            "id": {
                              "description": "Select by ID.",
                              "type": "string",
                              "pattern": "^vpce-[0-9a-f]{8,17}$"
                            },
                            "tag": {
                              "description": "Select by a tag. Exactly one resource must have it.",
                              "type": "object",
                              "required": [
                                "key",
                                "value"
                              ],
                              "properties": {
                                "key": {
                                  "type": "string",
                                  "minLength": 1,
                                  "maxLength": 128,
                                  "description": "Tag key, such as Name."
                                },
                                "value": {
                                  "type": "string",
                                  "minLength": 1,
                                  "maxLength": 256,
                                  "description": "Tag value."
                                }
                              },
                              "additionalProperties": false
                            }
                          },
                          "oneOf": [
                            {
                              "required": [
                                "id"
                              ]
                            },
                            {
                              "required": [
                                "tag"
                              ]
                            }
                          ],
                          "additionalProperties": false
                        }
                      },
                      "oneOf": [
                        {
                          "required": [
                            "create"
                          ]
                        },
                        {
                          "required": [
                            "adopt"
                          ]
                        }
                      ],
                      "additionalProperties": false
                    },
                    "s3": {
                      "description": "Gateway endpoint of S3, in the route tables of the subnets with created hosts. It reaches repositories that are in S3, such as those of Amazon Linux 2023.",
                      "type": "object",
                      "properties": {
                        "create": {
                          "description": "Create the gateway endpoint if it is missing, with the tag of this Cluster.",
                          "type": "boolean",
                          "enum": [
                            true
                          ]
                        },
                        "adopt": {
                          "description": "An existing gateway endpoint to use. It is read, never modified or deleted.",
                          "type": "object",
                          "properties": {
                            "id": {
                              "description": "Select by ID.",
                              "type": "string",
                              "pattern": "^vpce-[0-9a-f]{8,17}$"
                            },
                            "tag": {
                              "description": "Select by a tag. Exactly one resource must have it.",
                              "type": "object",
                              "required": [
                                "key",
                                "value"
                              ],
                              "properties": {
                                "key": {
                                  "type": "string",
                                  "minLength": 1,
                                  "maxLength": 128,
                                  "description": "Tag key, such as Name."
                                },
                                "value": {
                                  "type": "string",
                                  "minLength": 1,
                                  "maxLength": 256,
                                  "description": "Tag value."
                                }
                              },
                              "additionalProperties": false
                            }
                          },
                          "oneOf": [
                            {
                              "required": [
                                "id"
                              ]
                            },
                            {
                              "required": [
                                "tag"
                              ]
                            }
                          ],
                          "additionalProperties": false
                        }
                      },
                      "oneOf": [
                        {
                          "required": [
                            "create"
                          ]
                        },
                        {
                          "required": [
                            "adopt"
                          ]
                        }
                      ],
                      "additionalProperties": false
                    }
                  },
                  "additionalProperties": false
                }
              },
              "minProperties": 1,
              "additionalProperties": false
            },
            "securityGroup": {
              "description": "The security group of all created hosts. It allows SSH, GRE, VRRP and ICMP between them, and otherwise only the ingress listed here.",
              "type": "object",
              "properties": {
                "create": {
                  "description": "Create the security group if it is missing, with the tag of this Cluster.",
                  "type": "boolean",
                  "enum": [
                    true
                  ]
                },
                "adopt": {
                  "description": "An existing security group to use. It is read, never modified or deleted.",
                  "type": "object",
                  "properties": {
                    "id": {
                      "description": "Select by ID.",
                      "type": "string",
                      "pattern": "^sg-[0-9a-f]{8,17}$"
                    },
                    "tag": {
                      "description": "Select by a tag. Exactly one resource must have it.",
                      "type": "object",
                      "required": [
                        "key",
                        "value"
                      ],
                      "properties": {
                        "key": {
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 128,
                          "description": "Tag key, such as Name."
                        },
                        "value": {
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 256,
                          "description": "Tag value."
                        }
                      },
                      "additionalProperties": false
                    }
                  },
                  "oneOf": [
                    {
                      "required": [
                        "id"
                      ]
                    },
                    {
                      "required": [
                        "tag"
                      ]
                    }
                  ],
                  "additionalProperties": false
                },
                "sshFrom": {
                  "description": "CIDR blocks that may connect by SSH. They must include the machine that runs the operator.",
                  "type": "array",
                  "maxItems": 20,
                  "x-kubernetes-list-type": "set",
                  "items": {
                    "type": "string",
                    "format": "cidr",
                    "description": "A CIDR block, such as 10.0.0.0/8."
                  }
                },
                "clientsFrom": {
                  "description": "CIDR blocks whose clients may connect to the tenants' ports on the proxies.",
                  "type": "array",
                  "maxItems": 20,
                  "x-kubernetes-list-type": "set",
                  "items": {
                    "type": "string",
                    "format": "cidr",
                    "description": "A CIDR block, such as 10.0.0.0/8."
                  }
                }
              },
              "oneOf": [
                {
                  "required": [
                    "create"
                  ]
                },
                {
                  "required": [
                    "adopt"
                  ]
                }
              ],
              "additionalProperties": false
            }
          },
          "additionalProperties": false
        },
        "ssh": {
          "description": "SSH access to the hosts.",
          "type": "object",
          "required": [
            "identity",
            "knownHosts"
          ],
          "properties": {
            "user": {
              "description": "Login user. Either root, or a user for whom `sudo -n` works.",
              "type": "string",
              "pattern": "^[a-z_][a-z0-9_-]{0,31}$",
              "default": "root"
            },
            "port": {
              "description": "Port of sshd on every host without a port of its own.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 65535,
              "default": 22
            },
            "identity": {
              "description": "The login key. Either a private key file or the agent at SSH_AUTH_SOCK.",
              "type": "object",
              "properties": {
                "file": {
                  "description": "Private key file on the machine that runs the operator.",
                  "type": "string",
                  "pattern": "^[^\\x00-\\x1f\\x7f]+$",
                  "maxLength": 1024
                },
                "agent": {
                  "description": "Use the agent at SSH_AUTH_SOCK.",
                  "type": "boolean",
                  "enum": [
                    true
                  ]
                }
              },
              "oneOf": [
                {
                  "required": [
                    "file"
                  ]
                },
                {
                  "required": [
                    "agent"
                  ]
                }
              ],
              "additionalProperties": false
            },
            "reach": {
              "description": "How the operator reaches the hosts. `private` is at their private addresses. `public` is at their public addresses, where sshFrom of the security group must contain the operator's address. `jump` is at their private addresses, through the host in spec.ssh.jump. Host keys are looked up in knownHosts by the private address, and then by the public address.",
              "type": "string",
              "enum": [
                "private",
                "public",
                "jump"
              ],
              "default": "private"
            },
            "jump": {
              "description": "The host that connections to all other hosts go through. Required if `reach` is `jump`, and only then. Its sshd must forward TCP.",
              "type": "object",
              "properties": {
                "address": {
                  "description": "DNS name or IP address of a host that is not in spec.hosts. Its host key is looked up in knownHosts by this name, and `console` does not apply to it.",
                  "type": "string",
                  "maxLength": 253,
                  "pattern": "^[A-Za-z0-9:]([A-Za-z0-9.:-]*[A-Za-z0-9])?$"
                },
                "host": {
                  "description": "Name of a host in spec.hosts, which is reached at its public address. Its login is that of the host.",
                  "type": "string",
                  "maxLength": 40,
                  "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                },
                "user": {
                  "description": "Login user. With `address` only. Default, that of spec.ssh.",
                  "type": "string",
                  "pattern": "^[a-z_][a-z0-9_-]{0,31}$"
                },
                "port": {
                  "description": "Port of sshd. With `address` only. Default, that of spec.ssh.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 1,
                  "maximum": 65535
                },
                "identity": {
                  "description": "The login key. Either a private key file or the agent at SSH_AUTH_SOCK. With `address` only. Default, that of spec.ssh.",
                  "type": "object",
                  "properties": {
                    "file": {
                      "description": "Private key file on the machine that runs the operator.",
                      "type": "string",
                      "pattern": "^[^\\x00-\\x1f\\x7f]+$",
                      "maxLength": 1024
                    },
                    "agent": {
                      "description": "Use the agent at SSH_AUTH_SOCK.",
                      "type": "boolean",
                      "enum": [
                        true
                      ]
                    }
                  },
                  "oneOf": [
                    {
                      "required": [
                        "file"
                      ]
                    },
                    {
                      "required": [
                        "agent"
                      ]
                    }
                  ],
                  "additionalProperties": false
                }
              },
              "oneOf": [
                {
                  "required": [
                    "address"
                  ]
                },
                {
                  "required": [
                    "host"
                  ]
                }
              ],
              "additionalProperties": false
            },
            "roles": {
              "description": "Logins that differ by role of a host.",
              "type": "object",
              "default": {},
              "properties": {
                "redis": {
                  "description": "Login on Redis hosts.",
                  "type": "object",
                  "properties": {
                    "user": {
                      "description": "Login user. Default, that of spec.ssh.",
                      "type": "string",
                      "pattern": "^[a-z_][a-z0-9_-]{0,31}$"
                    },
                    "port": {
                      "description": "Port of sshd. Default, that of spec.ssh.",
                      "type": "integer",
                      "format": "int32",
                      "minimum": 1,
                      "maximum": 65535
                    },
                    "identity": {
                      "description": "The login key. Either a private key file or the agent at SSH_AUTH_SOCK. Default, that of spec.ssh.",
                      "type": "object",
                      "properties": {
                        "file": {
                          "description": "Private key file on the machine that runs the operator.",
                          "type": "string",
                          "pattern": "^[^\\x00-\\x1f\\x7f]+$",
                          "maxLength": 1024
                        },
                        "agent": {
                          "description": "Use the agent at SSH_AUTH_SOCK.",
                          "type": "boolean",
                          "enum": [
                            true
                          ]
                        }
                      },
                      "oneOf": [
                        {
                          "required": [
                            "file"
                          ]
                        },
                        {
                          "required": [
                            "agent"
                          ]
                        }
                      ],
                      "additionalProperties": false
                    }
                  },
                  "additionalProperties": false
                },
                "proxy": {
                  "description": "Login on proxies.",
                  "type": "object",
                  "properties": {
                    "user": {
                      "description": "Login user. Default, that of spec.ssh.",
                      "type": "string",
                      "pattern": "^[a-z_][a-z0-9_-]{0,31}$"
                    },
                    "port": {
                      "description": "Port of sshd. Default, that of spec.ssh.",
                      "type": "integer",
                      "format": "int32",
                      "minimum": 1,
                      "maximum": 65535
                    },
                    "identity": {
                      "description": "The login key. Either a private key file or the agent at SSH_AUTH_SOCK. Default, that of spec.ssh.",
                      "type": "object",
                      "properties": {
                        "file": {
                          "description": "Private key file on the machine that runs the operator.",
                          "type": "string",
                          "pattern": "^[^\\x00-\\x1f\\x7f]+$",
                          "maxLength": 1024
                        },
                        "agent": {
                          "description": "Use the agent at SSH_AUTH_SOCK.",
                          "type": "boolean",
                          "enum": [
                            true
                          ]
                        }
                      },
                      "oneOf": [
                        {
                          "required": [
                            "file"
                          ]
                        },
                        {
                          "required": [
                            "agent"
                          ]
                        }
                      ],
                      "additionalProperties": false
                    }
                  },
                  "additionalProperties": false
                }
              },
              "additionalProperties": false
            },
            "knownHosts": {
              "description": "The known_hosts file with the hosts' keys. Use one per Cluster if Clusters share addresses.",
              "type": "string",
              "pattern": "^[^\\x00-\\x1f\\x7f]+$",
              "maxLength": 1024
            },
            "hostKeys": {
              "description": "`strict` rejects a host whose key is not in knownHosts. `accept-new` records the key of a host that is not in knownHosts yet. `console` records the keys that EC2 shows in the console output of an instance that the operator created, and is `strict` for adopted hosts. A changed key is always rejected, with one exception. Under `console`, the keys of a recreated instance replace the keys that were read from the console of the previous instance.",
              "type": "string",
              "enum": [
                "strict",
                "accept-new",
                "console"
              ],
              "default": "strict"
            },
            "connectTimeout": {
              "description": "Timeout for one connection attempt, 100ms to 10m.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "10s"
            },
            "commandTimeout": {
              "description": "Timeout for one command on a host, 1s to 1h.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "60s"
            }
          },
          "additionalProperties": false
        },
        "hosts": {
          "description": "The EC2 instances. At least three Redis hosts and two proxy hosts. At most 128 hosts, because one call describes all of them and EC2 accepts 200 filter values per call.",
          "type": "array",
          "minItems": 5,
          "maxItems": 128,
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
            "name"
          ],
          "items": {
            "type": "object",
            "required": [
              "name",
              "role"
            ],
            "properties": {
              "name": {
                "description": "Name of the host in these documents.",
                "type": "string",
                "maxLength": 40,
                "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
              },
              "role": {
                "description": "`redis` hosts run containers. `proxy` hosts run HAProxy and keepalived.",
                "type": "string",
                "enum": [
                  "redis",
                  "proxy"
                ]
              },
              "adopt": {
                "description": "An existing instance to use as this host.",
                "type": "object",
                "properties": {
                  "instanceId": {
                    "description": "Select by ID.",
                    "type": "string",
                    "pattern": "^i-[0-9a-f]{8,17}$"
                  },
                  "tag": {
                    "description": "Select by a tag. Exactly one instance must have it.",
                    "type": "object",
                    "required": [
                      "key",
                      "value"
                    ],
                    "properties": {
                      "key": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 128,
                        "description": "Tag key, such as Name."
                      },
                      "value": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 256,
                        "description": "Tag value."
                      }
                    },
                    "additionalProperties": false
                  }
                },
                "oneOf": [
                  {
                    "required": [
                      "instanceId"
                    ]
                  },
                  {
                    "required": [
                      "tag"
                    ]
                  }
                ],
                "additionalProperties": false
              },
              "ssh": {
                "description": "Login on this host, if it differs from spec.ssh.",
                "type": "object",
                "properties": {
                  "user": {
                    "description": "Login user. Default, that of its role in spec.ssh.roles, or of spec.ssh.",
                    "type": "string",
                    "pattern": "^[a-z_][a-z0-9_-]{0,31}$"
                  },
                  "port": {
                    "description": "Port of sshd. Default, that of its role in spec.ssh.roles, or of spec.ssh.",
                    "type": "integer",
                    "format": "int32",
                    "minimum": 1,
                    "maximum": 65535
                  },
                  "identity": {
                    "description": "The login key. Either a private key file or the agent at SSH_AUTH_SOCK. Default, that of its role in spec.ssh.roles, or of spec.ssh.",
                    "type": "object",
                    "properties": {
                      "file": {
                        "description": "Private key file on the machine that runs the operator.",
                        "type": "string",
                        "pattern": "^[^\\x00-\\x1f\\x7f]+$",
                        "maxLength": 1024
                      },
                      "agent": {
                        "description": "Use the agent at SSH_AUTH_SOCK.",
                        "type": "boolean",
                        "enum": [
                          true
                        ]
                      }
                    },
                    "oneOf": [
                      {
                        "required": [
                          "file"
                        ]
                      },
                      {
                        "required": [
                          "agent"
                        ]
                      }
                    ],
                    "additionalProperties": false
                  }
                },
                "additionalProperties": false
              },
              "create": {
                "description": "Create the instance if it is missing, with the tag of this host. Requires spec.network.vpc, subnets and securityGroup. Omitted fields are taken from spec.instances.",
                "type": "object",
                "required": [
                  "subnet",
                  "address"
                ],
                "properties": {
                  "subnet": {
                    "description": "Name of a subnet in spec.network.subnets.",
                    "type": "string",
                    "maxLength": 40,
                    "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                  },
                  "address": {
                    "description": "Primary private IP address. EC2 gives an address to one instance only, which prevents a duplicate instance.",
                    "type": "string",
                    "format": "ipv4"
                  },
                  "type": {
                    "description": "Instance type, such as m5.large.",
                    "type": "string",
                    "pattern": "^[a-z][a-z0-9-]*\\.[a-z0-9-]+$"
                  },
                  "image": {
                    "description": "The AMI. Changing it does not recreate an existing instance. The difference is reported.",
                    "type": "string",
                    "pattern": "^ami-[0-9a-f]{8,17}$"
                  },
                  "keyName": {
                    "description": "The EC2 key pair whose public key the AMI authorizes. It must exist.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255
                  },
                  "instanceProfile": {
                    "description": "Name of the IAM instance profile. A proxy needs one to move the virtual IP address.",
                    "type": "string",
                    "pattern": "^[A-Za-z0-9+=,.@_-]{1,128}$"
                  },
                  "instanceProfileRole": {
                    "description": "Name of the role in the instance profile, for `reconcile iam`. If omitted, it has the name of the profile.",
                    "type": "string",
                    "pattern": "^[A-Za-z0-9+=,.@_-]{1,128}$"
                  },
                  "rootVolume": {
                    "description": "The root volume.",
                    "type": "object",
                    "properties": {
                      "size": {
                        "description": "Size in whole Gi or Ti, 8Gi to 16Ti.",
                        "type": "string",
                        "maxLength": 16,
                        "pattern": "^[1-9][0-9]*(Gi|Ti)$"
                      },
                      "type": {
                        "description": "EBS volume type.",
                        "type": "string",
                        "enum": [
                          "gp2",
                          "gp3",
                          "io1",
                          "io2",
                          "standard"
                        ]
                      },
                      "encrypted": {
                        "description": "Encrypt the volume. Only for a volume that is created; the difference to an existing one is reported.",
                        "type": "boolean"
                      },
                      "kmsKey": {
                        "description": "The KMS key for the encryption, as ARN, ID or `alias/NAME`. If omitted, the default EBS key of the account.",
                        "type": "string",
                        "pattern": "^[A-Za-z0-9:/_-]{1,256}$"
                      },
                      "iops": {
                        "description": "Provisioned IOPS. Of gp3, io1 and io2 only; io1 and io2 require it.",
                        "type": "integer",
                        "format": "int32",
                        "minimum": 100,
                        "maximum": 256000
                      },
                      "throughput": {
                        "description": "Throughput in MiB/s. Of gp3 only.",
                        "type": "integer",
                        "format": "int32",
                        "minimum": 125,
                        "maximum": 2000
                      }
                    },
                    "additionalProperties": false
                  },
                  "dataVolume": {
                    "description": "A volume for the data of the members on a created Redis host. It is kept when the instance goes, found by its tags, and attached to the next instance of the host in the same availability zone. Only with LXC.",
                    "type": "object",
                    "properties": {
                      "size": {
                        "description": "Size in whole Gi or Ti, 1Gi to 16Ti. It can be raised, and the file system grows with it.",
                        "type": "string",
                        "maxLength": 16,
                        "pattern": "^[1-9][0-9]*(Gi|Ti)$"
                      },
                      "type": {
                        "description": "EBS volume type.",
                        "type": "string",
                        "enum": [
                          "gp2",
                          "gp3",
                          "io1",
                          "io2",
                          "standard"
                        ]
                      },
                      "encrypted": {
                        "description": "Encrypt the volume. Only for a volume that is created; the difference to an existing one is reported.",
                        "type": "boolean"
                      },
                      "kmsKey": {
                        "description": "The KMS key for the encryption, as ARN, ID or `alias/NAME`. If omitted, the default EBS key of the account.",
                        "type": "string",
                        "pattern": "^[A-Za-z0-9:/_-]{1,256}$"
                      },
                      "iops": {
                        "description": "Provisioned IOPS. Of gp3, io1 and io2 only; io1 and io2 require it.",
                        "type": "integer",
                        "format": "int32",
                        "minimum": 100,
                        "maximum": 256000
                      },
                      "throughput": {
                        "description": "Throughput in MiB/s. Of gp3 only.",
                        "type": "integer",
                        "format": "int32",
                        "minimum": 125,
                        "maximum": 2000
                      }
                    },
                    "additionalProperties": false
                  },
                  "terminationProtection": {
                    "description": "EC2 refuses to terminate the instance until the protection is lifted, as `reconcile delete` does before it destroys a host. If omitted, it is set on Redis hosts when they are created. If declared, it is also compared with what EC2 has, in a call per host and pass, and restored.",
                    "type": "boolean"
                  },
                  "enhancedNetworking": {
                    "description": "`sriov` enables the Intel 82599 interface of older types (C3, C4, D2, I2, M4, R3). This requires one stop of the instance and the ixgbevf driver in the host's kernel, and it cannot be undone. `ena` is only checked. `none` requires neither.",
                    "type": "string",
                    "enum": [
                      "sriov",
                      "ena",
                      "none"
                    ]
                  }
                },
                "additionalProperties": false
              }
            },
            "oneOf": [
              {
                "required": [
                  "adopt"
                ]
              },
              {
                "required": [
                  "create"
                ]
              }
            ],
            "additionalProperties": false
          }
        },
        "instances": {
          "description": "Defaults for created hosts. A host can override each of them.",
          "type": "object",
          "default": {},
          "properties": {
            "type": {
              "description": "Instance type, such as m5.large.",
              "type": "string",
              "pattern": "^[a-z][a-z0-9-]*\\.[a-z0-9-]+$"
            },
            "image": {
              "description": "The AMI. Changing it does not recreate an existing instance. The difference is reported.",
              "type": "string",
              "pattern": "^ami-[0-9a-f]{8,17}$"
            },
            "keyName": {
              "description": "The EC2 key pair whose public key the AMI authorizes. It must exist.",
              "type": "string",
              "minLength": 1,
              "maxLength": 255
            },
            "instanceProfile": {
              "description": "Name of the IAM instance profile. A proxy needs one to move the virtual IP address.",
              "type": "string",
              "pattern": "^[A-Za-z0-9+=,.@_-]{1,128}$"
            },
            "instanceProfileRole": {
              "description": "Name of the role in the instance profile, for `reconcile iam`. If omitted, it has the name of the profile.",
              "type": "string",
              "pattern": "^[A-Za-z0-9+=,.@_-]{1,128}$"
            },
            "rootVolume": {
              "description": "The root volume.",
              "type": "object",
              "default": {},
              "properties": {
                "size": {
                  "description": "Size in whole Gi or Ti, 8Gi to 16Ti.",
                  "type": "string",
                  "maxLength": 16,
                  "pattern": "^[1-9][0-9]*(Gi|Ti)$",
                  "default": "20Gi"
                },
                "type": {
                  "description": "EBS volume type.",
                  "type": "string",
                  "enum": [
                    "gp2",
                    "gp3",
                    "io1",
                    "io2",
                    "standard"
                  ],
                  "default": "gp3"
                },
                "encrypted": {
                  "description": "Encrypt the volume. Only for a volume that is created; the difference to an existing one is reported.",
                  "type": "boolean",
                  "default": true
                },
                "kmsKey": {
                  "description": "The KMS key for the encryption, as ARN, ID or `alias/NAME`. If omitted, the default EBS key of the account.",
                  "type": "string",
                  "pattern": "^[A-Za-z0-9:/_-]{1,256}$"
                },
                "iops": {
                  "description": "Provisioned IOPS. Of gp3, io1 and io2 only; io1 and io2 require it.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 100,
                  "maximum": 256000
                },
                "throughput": {
                  "description": "Throughput in MiB/s. Of gp3 only.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 125,
                  "maximum": 2000
                }
              },
              "additionalProperties": false
            },
            "dataVolume": {
              "description": "A volume for the data of the members on a created Redis host. It is kept when the instance goes, found by its tags, and attached to the next instance of the host in the same availability zone. Only with LXC. If omitted, members are on the root volume, and their data goes with it.",
              "type": "object",
              "required": [
                "size"
              ],
              "properties": {
                "size": {
                  "description": "Size in whole Gi or Ti, 1Gi to 16Ti. It can be raised, and the file system grows with it.",
                  "type": "string",
                  "maxLength": 16,
                  "pattern": "^[1-9][0-9]*(Gi|Ti)$"
                },
                "type": {
                  "description": "EBS volume type.",
                  "type": "string",
                  "enum": [
                    "gp2",
                    "gp3",
                    "io1",
                    "io2",
                    "standard"
                  ],
                  "default": "gp3"
                },
                "encrypted": {
                  "description": "Encrypt the volume. Only for a volume that is created; the difference to an existing one is reported.",
                  "type": "boolean",
                  "default": true
                },
                "kmsKey": {
                  "description": "The KMS key for the encryption, as ARN, ID or `alias/NAME`. If omitted, the default EBS key of the account.",
                  "type": "string",
                  "pattern": "^[A-Za-z0-9:/_-]{1,256}$"
                },
                "iops": {
                  "description": "Provisioned IOPS. Of gp3, io1 and io2 only; io1 and io2 require it.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 100,
                  "maximum": 256000
                },
                "throughput": {
                  "description": "Throughput in MiB/s. Of gp3 only.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 125,
                  "maximum": 2000
                }
              },
              "additionalProperties": false
            },
            "placementGroup": {
              "description": "`spread`: created Redis hosts are launched in a placement group of this Cluster, which EC2 spreads over hardware that does not fail together. At most seven hosts per availability zone. Hosts that exist are not moved; the difference is reported.",
              "type": "string",
              "enum": [
                "spread"
              ]
            },
            "terminationProtection": {
              "description": "EC2 refuses to terminate the instance until the protection is lifted, as `reconcile delete` does before it destroys a host. If omitted, it is set on Redis hosts when they are created. If declared, it is also compared with what EC2 has, in a call per host and pass, and restored.",
              "type": "boolean"
            },
            "enhancedNetworking": {
              "description": "`sriov` enables the Intel 82599 interface of older types (C3, C4, D2, I2, M4, R3). This requires one stop of the instance and the ixgbevf driver in the host's kernel, and it cannot be undone. `ena` is only checked. `none` requires neither.",
              "type": "string",
              "enum": [
                "sriov",
                "ena",
                "none"
              ],
              "default": "none"
            }
          },
          "additionalProperties": false
        },
        "mesh": {
          "description": "The GRE mesh that carries the tenants' VLANs between hosts.",
          "type": "object",
          "default": {},
          "properties": {
            "bridge": {
              "description": "The Open vSwitch bridge on every host. At most 15 characters, the kernel's limit for interface names.",
              "type": "string",
              "maxLength": 15,
              "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$",
              "default": "br-mesh"
            },
            "datapath": {
              "description": "`system` is the kernel datapath. `netdev` is the userspace datapath, for kernels without the module.",
              "type": "string",
              "enum": [
                "system",
                "netdev"
              ],
              "default": "system"
            },
            "greKey": {
              "description": "GRE key of all tunnels. It separates two meshes in the same VPC.",
              "type": "integer",
              "format": "int64",
              "minimum": 1,
              "maximum": 4294967295,
              "default": 1
            },
            "underlayMtu": {
              "description": "MTU of the underlay network in bytes. Use 9001 within a VPC, or 1500 if in doubt. The MTU of containers is 46 bytes smaller.",
              "type": "integer",
              "format": "int32",
              "minimum": 1280,
              "maximum": 9216,
              "default": 1500
            }
          },
          "additionalProperties": false
        },
        "runtime": {
          "description": "The container runtime and its template.",
          "type": "object",
          "required": [
            "template"
          ],
          "properties": {
            "type": {
              "description": "The container runtime. LXC 4 or later, or OpenVZ 6 or 7 with vzctl and vzlist.",
              "type": "string",
              "enum": [
                "lxc",
                "openvz"
              ],
              "default": "lxc"
            },
            "template": {
              "description": "The template for every container's root file system.",
              "type": "object",
              "required": [
                "name"
              ],
              "properties": {
                "name": {
                  "description": "Name of the template on the hosts. Members that were made from a tarball with another digest are rebuilt, one at a time.",
                  "type": "string",
                  "maxLength": 40,
                  "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                },
                "tarball": {
                  "description": "Absolute path of the root file system tarball on every Redis host. If omitted, /var/lib/ec2-redis-operator/templates/NAME.tar.gz, or with the ending (.tar.bz2, .tar.xz) of what `from` names.",
                  "type": "string",
                  "maxLength": 1024,
                  "pattern": "^(/[A-Za-z0-9_+.-]+)+$"
                },
                "sha256": {
                  "description": "Required SHA-256 digest of the tarball. Must be declared with `from.file`, `from.url` and `from.s3`.",
                  "type": "string",
                  "pattern": "^[0-9a-f]{64}$"
                },
                "from": {
                  "description": "How the tarball gets onto the Redis hosts. If omitted, you put it there.",
                  "type": "object",
                  "properties": {
                    "build": {
                      "description": "Built from Debian packages on the first Redis host, and copied from there to the others, so that all have the same. It is built again when one of these fields changes.",
                      "type": "object",
                      "properties": {
                        "suite": {
                          "description": "The Debian release.",
                          "type": "string",
                          "default": "bookworm",
                          "maxLength": 40,
                          "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                        },
                        "mirror": {
                          "description": "The mirror, as the host that builds reaches it. If omitted, Debian's own. It has to be signed by a key of Debian's archive, or by another key in /etc/apt/trusted.gpg.d on that host.",
                          "type": "string",
                          "maxLength": 1024,
                          "pattern": "^(https?://|file:///)[^\\s]+$"
                        },
                        "components": {
                          "description": "Components of the suite.",
                          "type": "array",
                          "default": [
                            "main"
                          ],
                          "minItems": 1,
                          "maxItems": 8,
                          "x-kubernetes-list-type": "set",
                          "items": {
                            "description": "A component.",
                            "type": "string",
                            "maxLength": 64,
                            "pattern": "^[A-Za-z0-9][A-Za-z0-9./_-]*$"
                          }
                        },
                        "packages": {
                          "description": "Packages besides those that Debian cannot do without. Members need the default ones, or Valkey's (valkey-server, valkey-sentinel, valkey-tools, of suite trixie) in place of those of Redis.",
                          "type": "array",
                          "default": [
                            "redis-server",
                            "redis-sentinel",
                            "redis-tools",
                            "iproute2",
                            "iputils-ping",
                            "procps",
                            "netcat-openbsd",
                            "ethtool",
                            "tini"
                          ],
                          "minItems": 1,
                          "maxItems": 64,
                          "x-kubernetes-list-type": "set",
                          "items": {
                            "description": "Name of a package.",
                            "type": "string",
                            "maxLength": 100,
                            "pattern": "^[a-z0-9][a-z0-9+.-]+$"
                          }
                        }
                      },
                      "additionalProperties": false
                    },
                    "file": {
                      "description": "Absolute path of the tarball on the machine that runs the operator.",
                      "type": "string",
                      "maxLength": 1024,
                      "pattern": "^(/[A-Za-z0-9_+.-]+)+$"
                    },
                    "url": {
                      "description": "Each Redis host downloads it from here, by curl. The URL is shown in plans, so it must not contain a secret.",
                      "type": "string",
                      "maxLength": 1024,
                      "pattern": "^https?://[^\\s/?#@\"\\\\]+(/[^\\s\"\\\\]*)?$"
                    },
                    "s3": {
                      "description": "Each Redis host downloads it from S3. The operator signs the request with its own credentials, which need s3:GetObject on the object.",
                      "type": "object",
                      "required": [
                        "bucket",
                        "key"
                      ],
                      "properties": {
                        "bucket": {
                          "description": "Name of the bucket.",
                          "type": "string",
                          "minLength": 3,
                          "maxLength": 63,
                          "pattern": "^[a-z0-9][a-z0-9.-]*[a-z0-9]$"
                        },
                        "key": {
                          "description": "Key of the object.",
                          "type": "string",
                          "maxLength": 1024,
                          "pattern": "^[A-Za-z0-9_.+-]+(/[A-Za-z0-9_.+-]+)*$"
                        },
                        "region": {
                          "description": "Region of the bucket. If omitted, that of the Cluster.",
                          "type": "string",
                          "maxLength": 40,
                          "pattern": "^[a-z]+(-[a-z0-9]+)+$"
                        }
                      },
                      "additionalProperties": false
                    }
                  },
                  "oneOf": [
                    {
                      "required": [
                        "build"
                      ]
                    },
                    {
                      "required": [
                        "file"
                      ]
                    },
                    {
                      "required": [
                        "url"
                      ]
                    },
                    {
                      "required": [
                        "s3"
                      ]
                    }
                  ],
                  "additionalProperties": false
                }
              },
              "additionalProperties": false
            }
          },
          "additionalProperties": false
        },
        "preparation": {
          "description": "Preparation of hosts that lack something the operator needs (packages, services, kernel modules, on CentOS 6 the kernel).",
          "type": "object",
          "default": {},
          "properties": {
            "mode": {
              "description": "`install` installs missing packages, starts and enables services, and reboots a host into the kernel that its containers need. Installed packages are never upgraded, downgraded or removed. `check` only reports what is missing, so that you can fix it manually.",
              "type": "string",
              "enum": [
                "install",
                "check"
              ],
              "default": "install"
            },
            "versions": {
              "description": "Package versions by package name, as the package manager writes them. A missing package is installed in this version. A different installed version is reported and left unchanged.",
              "type": "object",
              "default": {},
              "additionalProperties": {
                "type": "string",
                "maxLength": 128,
                "pattern": "^[0-9A-Za-z][0-9A-Za-z.+:~_-]*$"
              }
            },
            "sysctls": {
              "description": "Kernel settings by their names in sysctl(8), on Debian and Ubuntu. Without a value here, Redis hosts have vm.overcommit_memory 1, proxies net.core.somaxconn 4096 or more, net.ipv4.ip_local_port_range 10240 65535 or wider, and net.ipv4.tcp_tw_reuse 1, and all hosts with connection tracking net.netfilter.nf_conntrack_max 262144 or more. A value here replaces that one, on the same hosts, and must be met exactly. Other names are set on all hosts. `unmanaged` leaves a setting as it is.",
              "type": "object",
              "default": {},
              "additionalProperties": {
                "type": "string",
                "maxLength": 128,
                "pattern": "^(unmanaged|-?[0-9]+( -?[0-9]+)*)$"
              }
            },
            "transparentHugepages": {
              "description": "Transparent huge pages on Redis hosts with Debian or Ubuntu. With `always`, a save or a full synchronization copies 2 MiB for each key that is written meanwhile, so that is not offered. `unmanaged` leaves them as they are.",
              "type": "string",
              "enum": [
                "madvise",
                "never",
                "unmanaged"
              ],
              "default": "madvise"
            },
            "repositories": {
              "description": "Additional package repositories for the hosts. Each repository is trusted with its own key only.",
              "type": "array",
              "maxItems": 16,
              "default": [],
              "x-kubernetes-list-type": "map",
              "x-kubernetes-list-map-keys": [
                "name"
              ],
              "items": {
                "type": "object",
                "required": [
                  "name",
                  "system",
                  "url",
                  "key"
                ],
                "properties": {
                  "name": {
                    "description": "Name of the repository. Its files on the hosts have this name.",
                    "type": "string",
                    "maxLength": 40,
                    "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                  },
                  "system": {
                    "description": "Operating system of the hosts that get this repository.",
                    "type": "string",
                    "enum": [
                      "amazon-linux-2023",
                      "centos-6",
                      "debian-12",
                      "debian-13",
                      "rocky-9",
                      "ubuntu-22.04",
                      "ubuntu-24.04"
                    ]
                  },
                  "url": {
                    "description": "URL of the repository, as apt or yum accepts it.",
                    "type": "string",
                    "maxLength": 1024,
                    "pattern": "^(https?://|file:///)[^\\s]+$"
                  },
                  "suite": {
                    "description": "For apt, the suite, such as bookworm. Use \"./\" for a repository without suites.",
                    "type": "string",
                    "maxLength": 128,
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9./_-]*$|^\\./$",
                    "default": "./"
                  },
                  "components": {
                    "description": "For apt, the components of the suite, such as main.",
                    "type": "array",
                    "maxItems": 16,
                    "default": [],
                    "items": {
                      "type": "string",
                      "maxLength": 128,
                      "pattern": "^[A-Za-z0-9][A-Za-z0-9./_-]*$"
                    }
                  },
                  "key": {
                    "description": "The OpenPGP key that signs the repository.",
                    "type": "object",
                    "required": [
                      "url",
                      "sha256"
                    ],
                    "properties": {
                      "url": {
                        "description": "URL from which each host fetches the key, in ASCII armor.",
                        "type": "string",
                        "maxLength": 1024,
                        "pattern": "^(https?://|file:///)[^\\s]+$"
                      },
                      "sha256": {
                        "description": "Required SHA-256 digest of the key file. A different key is not trusted.",
                        "type": "string",
                        "pattern": "^[0-9a-f]{64}$"
                      }
                    },
                    "additionalProperties": false
                  }
                },
                "additionalProperties": false
              }
            }
          },
          "additionalProperties": false
        },
        "prune": {
          "description": "Settings of `apply --prune`, which removes Tenants that are no longer declared.",
          "type": "object",
          "default": {},
          "properties": {
            "retainFor": {
              "description": "How long the data of a retired member is kept, 1s to 8760h. If the Tenant is declared again within this time, it returns with its data. After this time, the next `apply --prune` deletes the data.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "168h"
            }
          },
          "additionalProperties": false
        },
        "maintenance": {
          "description": "When tenants of this Cluster may be interrupted. Outside of these windows, steps that interrupt a tenant wait, unless they repair what impacts it. Without this, they are done at any time.",
          "type": "object",
          "required": [
            "windows"
          ],
          "properties": {
            "timezone": {
              "description": "Time zone of the windows, by its name in the IANA database. Daylight saving time is followed.",
              "type": "string",
              "maxLength": 64,
              "pattern": "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
              "default": "UTC"
            },
            "windows": {
              "description": "The windows of a week. They must not overlap.",
              "type": "array",
              "minItems": 1,
              "maxItems": 50,
              "items": {
                "type": "object",
                "required": [
                  "start",
                  "duration"
                ],
                "properties": {
                  "days": {
                    "description": "Days on which it opens. Every day by default.",
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 7,
                    "items": {
                      "type": "string",
                      "enum": [
                        "Mon",
                        "Tue",
                        "Wed",
                        "Thu",
                        "Fri",
                        "Sat",
                        "Sun"
                      ]
                    }
                  },
                  "start": {
                    "description": "When it opens, as hours and minutes in the time zone.",
                    "type": "string",
                    "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"
                  },
                  "duration": {
                    "description": "For how long it is open, 10m to 24h, across midnight too.",
                    "type": "string",
                    "maxLength": 32,
                    "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$"
                  }
                },
                "additionalProperties": false
              }
            }
          },
          "additionalProperties": false
        },
        "paused": {
          "description": "No step is done in this Cluster until a time, also for its Tenants and ProxyPairs; differences are shown. The cluster keeps working by itself meanwhile, such as Sentinel and keepalived, and nothing on the hosts is changed because of it.",
          "type": "object",
          "required": [
            "until",
            "reason"
          ],
          "properties": {
            "until": {
              "description": "When the pause ends by itself, as a date and time with a zone (RFC 3339). A pause that is over has no effect.",
              "type": "string",
              "format": "date-time"
            },
            "reason": {
              "description": "Why, in one line of at most 200 characters. It is shown with everything that is not done.",
              "type": "string",
              "minLength": 1,
              "maxLength": 200,
              "pattern": "^[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]*$"
            }
          },
          "additionalProperties": false
        }
      },
      "additionalProperties": false
    },
    "status": {
      "description": "Observed state.",
      "type": "object",
      "properties": {
        "observedGeneration": {
          "type": "integer",
          "format": "int64",
          "description": "Generation of the document that this status describes."
        },
        "hosts": {
          "type": "string",
          "description": "Healthy hosts of declared hosts, such as 5/5."
        },
        "conditions": {
          "description": "Conditions of the resource.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
            "type"
          ],
          "items": {
            "type": "object",
            "required": [
              "type",
              "status"
            ],
            "properties": {
              "type": {
                "type": "string",
                "description": "Condition type, such as Ready."
              },
              "status": {
                "type": "string",
                "enum": [
                  "True",
                  "False",
                  "Unknown"
                ],
                "description": "Whether the condition holds."
              },
              "reason": {
                "type": "string",
                "description": "CamelCase reason code for programs."
              },
              "message": {
                "type": "string",
                "description": "Human-readable message."
              },
              "observedGeneration": {
                "type": "integer",
                "format": "int64",
                "description": "Generation of the document that was checked."
              },
              "lastTransitionTime": {
                "type": "string",
                "format": "date-time",
                "description": "Time of the last change of status."
              },
              "lastProbeTime": {
                "type": "string",
                "format": "date-time",
                "description": "Time of the last check."
              }
            },
            "additionalProperties": false
          }
        }
      },
      "additionalProperties": false
    }
  },
  "additionalProperties": false
};

/**
 * One isolated, highly available Redis.
 */
export interface TenantDocument {
/**
 * Always redis-ec2.dev/v1alpha1.
 */
apiVersion: "redis-ec2.dev/v1alpha1"
/**
 * Always Tenant.
 */
kind: "Tenant"
/**
 * Name and notes.
 */
metadata: {
/**
 * Name of the tenant. It is also the master name in Sentinel and the prefix of the container names.
 */
name: string
/**
 * Notes to select by.
 */
labels?: {
[k: string]: string
}
/**
 * Annotations for users and tools.
 */
annotations?: {
[k: string]: string
}
}
/**
 * Desired state of the tenant.
 */
spec: {
/**
 * Name of the Cluster that runs the tenant.
 */
clusterRef: string
/**
 * Whether one availability zone may have so many members that without it no majority is left, such as two of three. If not, that is shown as information.
 */
acceptZoneRisk: boolean
/**
 * The tenant's private network. Tenants do not share networks.
 */
network: {
/**
 * VLAN tag on the mesh, unique per tenant.
 */
vlan: number
/**
 * CIDR block. It must not overlap the VPC or another tenant's network.
 */
cidr: string
}
/**
 * The containers, each with one Redis and one Sentinel. An odd number, at least three, each on a different host.
 */
members: {
/**
 * Name of the member, such as r1. The container is named TENANT-MEMBER.
 */
name: string
/**
 * The Redis host of the Cluster that runs this member.
 */
host: string
/**
 * IP address of the member in the tenant's network.
 */
address: string
}[]
/**
 * Resource limits of each member.
 */
resources: {
/**
 * Memory limit of a member, such as 512Mi.
 */
memory: (number | string)
/**
 * CPU limit of a member, such as 500m for half a core.
 */
cpu: (number | string)
/**
 * Disk limit of a member, such as 2Gi. At least 512Mi and three times redis.maxmemory, or twice redis.maxmemory without appendonly.
 */
disk: (number | string)
}
/**
 * Settings of the Redis servers.
 */
redis: {
/**
 * Port of Redis in the tenant's network.
 */
port: number
/**
 * Memory limit for the data. Defaults to half of resources.memory. The rest is for pages that are copied while the data is saved, overhead, and output buffers of replicas.
 */
maxmemory?: (number | string)
/**
 * A master with fewer reachable replicas refuses writes. With 0, an isolated master accepts writes that will be lost.
 */
minReplicasToWrite: number
/**
 * Maximum time since a replica last answered for it to count as reachable, in whole seconds, 1s to 1h.
 */
minReplicasMaxLag: string
/**
 * Whether every write goes to the append-only file.
 */
appendonly: boolean
/**
 * Additional redis.conf settings by name. A setting that is removed here returns to the default of Redis 7.0. Settings that the operator manages, and values that Redis would not accept, are rejected.
 */
config: {
[k: string]: string
}
}
/**
 * The tenant's password, by reference. A document never contains the value.
 */
auth: {
/**
 * Source of the password on the machine that runs the operator.
 */
passwordFrom: {
/**
 * An environment variable.
 */
env?: string
/**
 * A file. One trailing line break is ignored.
 */
file?: string
}
/**
 * Source of the password that was in use before. As long as it is declared, both are accepted, so that clients can change to the new one in their own time. Taken out, only the new one is accepted. Declare it together with the new passwordFrom.
 */
previousPasswordFrom?: {
/**
 * An environment variable.
 */
env?: string
/**
 * A file. One trailing line break is ignored.
 */
file?: string
}
}
/**
 * Failover settings. How fast a master counts as down, and how many Sentinels must agree.
 */
sentinel: {
/**
 * Port of Sentinel in the tenant's network.
 */
port: number
/**
 * Number of Sentinels that must see the master as down. Defaults to a majority of the members.
 */
quorum?: number
/**
 * Time before a master counts as down. `patient` is 5s, `balanced` is 2s, `fast` is 1s. The timings of HAProxy checks follow the profile. Defaults to `balanced` unless profile or timings is set.
 */
profile?: ("patient" | "balanced" | "fast")
/**
 * Explicit timings instead of a profile.
 */
timings?: {
/**
 * How long a master must not respond before it counts as down, 100ms to 10m.
 */
downAfter: string
/**
 * Failover timeout. A failed failover is retried after twice this time. 1s to 1h, and longer than downAfter.
 */
failoverTimeout: string
/**
 * Number of replicas that may resynchronize with the new master at the same time.
 */
parallelSyncs: number
/**
 * Interval between HAProxy health checks, 100ms to 1m.
 */
checkInterval: string
/**
 * Failed checks before HAProxy marks a server DOWN.
 */
checkFall: number
/**
 * Successful checks before HAProxy marks a server UP.
 */
checkRise: number
}
}
/**
 * The endpoint for clients.
 */
expose: {
/**
 * Name of the ProxyPair that serves the tenant.
 */
proxyPairRef: string
/**
 * The tenant's port on the virtual IP address of the pair.
 */
port: number
/**
 * Maximum number of concurrent connections of clients. At most 32 below maxclients of redis.config, since Sentinel, HAProxy and the replicas connect too. By default as many, but no more than half of haproxy.maxConnections of the ProxyPair, so that one tenant leaves connections for the others. Until the connections of before a reload of HAProxy have ended, it accepts as many again.
 */
maxConnections?: number
/**
 * Two IP addresses in the tenant's network, one for each host of the pair, in the same order.
 * 
 * @minItems 2
 * @maxItems 2
 */
proxyAddresses: [string, string]
}
/**
 * When this tenant may be interrupted, instead of the windows of the Cluster. Outside of these windows, steps that interrupt it wait, unless they repair what impacts it.
 */
maintenance?: {
/**
 * Time zone of the windows, by its name in the IANA database. Daylight saving time is followed.
 */
timezone: string
/**
 * The windows of a week. They must not overlap.
 */
windows: {
/**
 * Days on which it opens. Every day by default.
 */
days?: ("Mon" | "Tue" | "Wed" | "Thu" | "Fri" | "Sat" | "Sun")[]
/**
 * When it opens, as hours and minutes in the time zone.
 */
start: string
/**
 * For how long it is open, 10m to 24h, across midnight too.
 */
duration: string
}[]
}
/**
 * No step is done for the containers, the Redis and the Sentinels of this tenant until a time, and none that disrupts it; differences are shown. The cluster keeps working by itself meanwhile, such as Sentinel and keepalived, and nothing on the hosts is changed because of it.
 */
paused?: {
/**
 * When the pause ends by itself, as a date and time with a zone (RFC 3339). A pause that is over has no effect.
 */
until: string
/**
 * Why, in one line of at most 200 characters. It is shown with everything that is not done.
 */
reason: string
}
}
/**
 * Observed state.
 */
status?: {
/**
 * Generation of the document that this status describes.
 */
observedGeneration?: number
/**
 * Virtual IP address and port for clients.
 */
endpoint?: string
/**
 * The member that a majority of the Sentinels report as master and that reports the master role itself.
 */
master?: string
/**
 * Replicas in sync of declared replicas, such as 2/2.
 */
replicasInSync?: string
/**
 * Sentinels that report this master of declared Sentinels, such as 3/3.
 */
sentinelsAgree?: string
/**
 * Public address and port for clients outside the VPC.
 */
publicEndpoint?: string
/**
 * The proxy whose network interface has the virtual IP address.
 */
vipOwner?: string
/**
 * The pause that is in force, of this Tenant or of its Cluster.
 */
paused?: {
/**
 * When it ends by itself.
 */
until?: string
/**
 * Why.
 */
reason?: string
}
/**
 * Conditions of the resource.
 */
conditions?: {
/**
 * Condition type, such as Ready.
 */
type: string
/**
 * Whether the condition holds.
 */
status: ("True" | "False" | "Unknown")
/**
 * CamelCase reason code for programs.
 */
reason?: string
/**
 * Human-readable message.
 */
message?: string
/**
 * Generation of the document that was checked.
 */
observedGeneration?: number
/**
 * Time of the last change of status.
 */
lastTransitionTime?: string
/**
 * Time of the last check.
 */
lastProbeTime?: string
}[]
}
}

export const tenantSchema: Readonly<Record<string, unknown>> = {
  "description": "One isolated, highly available Redis.",
  "type": "object",
  "required": [
    "apiVersion",
    "kind",
    "metadata",
    "spec"
  ],
  "properties": {
    "apiVersion": {
      "type": "string",
      "description": "Always redis-ec2.dev/v1alpha1.",
      "enum": [
        "redis-ec2.dev/v1alpha1"
      ]
    },
    "kind": {
      "type": "string",
      "description": "Always Tenant.",
      "enum": [
        "Tenant"
      ]
    },
    "metadata": {
      "description": "Name and notes.",
      "type": "object",
      "required": [
        "name"
      ],
      "properties": {
        "name": {
          "description": "Name of the tenant. It is also the master name in Sentinel and the prefix of the container names.",
          "type": "string",
          "maxLength": 20,
          "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
        },
        "labels": {
          "description": "Notes to select by.",
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        },
        "annotations": {
          "description": "Annotations for users and tools.",
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        }
      },
      "additionalProperties": false
    },
    "spec": {
      "description": "Desired state of the tenant.",
      "type": "object",
      "required": [
        "clusterRef",
        "network",
        "members",
        "auth",
        "expose"
      ],
      "properties": {
        "clusterRef": {
          "description": "Name of the Cluster that runs the tenant.",
          "type": "string",
          "minLength": 1
        },
        "acceptZoneRisk": {
          "description": "Whether one availability zone may have so many members that without it no majority is left, such as two of three. If not, that is shown as information.",
          "type": "boolean",
          "default": false
        },
        "network": {
          "description": "The tenant's private network. Tenants do not share networks.",
          "type": "object",
          "required": [
            "vlan",
            "cidr"
          ],
          "properties": {
            "vlan": {
              "description": "VLAN tag on the mesh, unique per tenant.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 4094
            },
            "cidr": {
              "description": "CIDR block. It must not overlap the VPC or another tenant's network.",
              "type": "string",
              "format": "cidr"
            }
          },
          "additionalProperties": false
        },
        "members": {
          "description": "The containers, each with one Redis and one Sentinel. An odd number, at least three, each on a different host.",
          "type": "array",
          "minItems": 3,
          "maxItems": 15,
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
            "name"
          ],
          "items": {
            "type": "object",
            "required": [
              "name",
              "host",
              "address"
            ],
            "properties": {
              "name": {
                "description": "Name of the member, such as r1. The container is named TENANT-MEMBER.",
                "type": "string",
                "maxLength": 8,
                "pattern": "^[a-z][a-z0-9]*$"
              },
              "host": {
                "description": "The Redis host of the Cluster that runs this member.",
                "type": "string",
                "minLength": 1
              },
              "address": {
                "description": "IP address of the member in the tenant's network.",
                "type": "string",
                "format": "ipv4"
              }
            },
            "additionalProperties": false
          }
        },
        "resources": {
          "description": "Resource limits of each member.",
          "type": "object",
          "default": {},
          "properties": {
            "memory": {
              "description": "Memory limit of a member, such as 512Mi.",
              "x-kubernetes-int-or-string": true,
              "pattern": "^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$",
              "default": "512Mi",
              "type": [
                "integer",
                "string"
              ]
            },
            "cpu": {
              "description": "CPU limit of a member, such as 500m for half a core.",
              "x-kubernetes-int-or-string": true,
              "pattern": "^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$",
              "default": "500m",
              "type": [
                "integer",
                "string"
              ]
            },
            "disk": {
              "description": "Disk limit of a member, such as 2Gi. At least 512Mi and three times redis.maxmemory, or twice redis.maxmemory without appendonly.",
              "x-kubernetes-int-or-string": true,
              "pattern": "^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$",
              "default": "2Gi",
              "type": [
                "integer",
                "string"
              ]
            }
          },
          "additionalProperties": false
        },
        "redis": {
          "description": "Settings of the Redis servers.",
          "type": "object",
          "default": {},
          "properties": {
            "port": {
              "description": "Port of Redis in the tenant's network.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 65535,
              "default": 6379
            },
            "maxmemory": {
              "description": "Memory limit for the data. Defaults to half of resources.memory. The rest is for pages that are copied while the data is saved, overhead, and output buffers of replicas.",
              "x-kubernetes-int-or-string": true,
              "pattern": "^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$",
              "type": [
                "integer",
                "string"
              ]
            },
            "minReplicasToWrite": {
              "description": "A master with fewer reachable replicas refuses writes. With 0, an isolated master accepts writes that will be lost.",
              "type": "integer",
              "format": "int32",
              "minimum": 0,
              "maximum": 14,
              "default": 1
            },
            "minReplicasMaxLag": {
              "description": "Maximum time since a replica last answered for it to count as reachable, in whole seconds, 1s to 1h.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "3s"
            },
            "appendonly": {
              "description": "Whether every write goes to the append-only file.",
              "type": "boolean",
              "default": true
            },
            "config": {
              "description": "Additional redis.conf settings by name. A setting that is removed here returns to the default of Redis 7.0. Settings that the operator manages, and values that Redis would not accept, are rejected.",
              "type": "object",
              "default": {},
              "additionalProperties": {
                "type": "string",
                "maxLength": 1024,
                "pattern": "^[^\\x00-\\x1f\\x7f]*$"
              }
            }
          },
          "additionalProperties": false
        },
        "auth": {
          "description": "The tenant's password, by reference. A document never contains the value.",
          "type": "object",
          "required": [
            "passwordFrom"
          ],
          "properties": {
            "passwordFrom": {
              "description": "Source of the password on the machine that runs the operator.",
              "type": "object",
              "properties": {
                "env": {
                  "description": "An environment variable.",
                  "type": "string",
                  "maxLength": 128,
                  "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"
                },
                "file": {
                  "description": "A file. One trailing line break is ignored.",
                  "type": "string",
                  "maxLength": 1024,
                  "pattern": "^[^\\x00-\\x1f\\x7f]+$"
                }
              },
              "oneOf": [
                {
                  "required": [
                    "env"
                  ]
                },
                {
                  "required": [
                    "file"
                  ]
                }
              ],
              "additionalProperties": false
            },
            "previousPasswordFrom": {
              "description": "Source of the password that was in use before. As long as it is declared, both are accepted, so that clients can change to the new one in their own time. Taken out, only the new one is accepted. Declare it together with the new passwordFrom.",
              "type": "object",
              "properties": {
                "env": {
                  "description": "An environment variable.",
                  "type": "string",
                  "maxLength": 128,
                  "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"
                },
                "file": {
                  "description": "A file. One trailing line break is ignored.",
                  "type": "string",
                  "maxLength": 1024,
                  "pattern": "^[^\\x00-\\x1f\\x7f]+$"
                }
              },
              "oneOf": [
                {
                  "required": [
                    "env"
                  ]
                },
                {
                  "required": [
                    "file"
                  ]
                }
              ],
              "additionalProperties": false
            }
          },
          "additionalProperties": false
        },
        "sentinel": {
          "description": "Failover settings. How fast a master counts as down, and how many Sentinels must agree.",
          "type": "object",
          "default": {},
          "not": {
            "required": [
              "profile",
              "timings"
            ]
          },
          "properties": {
            "port": {
              "description": "Port of Sentinel in the tenant's network.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 65535,
              "default": 26379
            },
            "quorum": {
              "description": "Number of Sentinels that must see the master as down. Defaults to a majority of the members.",
              "type": "integer",
              "format": "int32",
              "minimum": 2,
              "maximum": 15
            },
            "profile": {
              "description": "Time before a master counts as down. `patient` is 5s, `balanced` is 2s, `fast` is 1s. The timings of HAProxy checks follow the profile. Defaults to `balanced` unless profile or timings is set.",
              "type": "string",
              "enum": [
                "patient",
                "balanced",
                "fast"
              ]
            },
            "timings": {
              "description": "Explicit timings instead of a profile.",
              "type": "object",
              "required": [
                "downAfter",
                "failoverTimeout",
                "checkInterval",
                "checkFall"
              ],
              "properties": {
                "downAfter": {
                  "description": "How long a master must not respond before it counts as down, 100ms to 10m.",
                  "type": "string",
                  "maxLength": 32,
                  "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$"
                },
                "failoverTimeout": {
                  "description": "Failover timeout. A failed failover is retried after twice this time. 1s to 1h, and longer than downAfter.",
                  "type": "string",
                  "maxLength": 32,
                  "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$"
                },
                "parallelSyncs": {
                  "description": "Number of replicas that may resynchronize with the new master at the same time.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 1,
                  "maximum": 14,
                  "default": 1
                },
                "checkInterval": {
                  "description": "Interval between HAProxy health checks, 100ms to 1m.",
                  "type": "string",
                  "maxLength": 32,
                  "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$"
                },
                "checkFall": {
                  "description": "Failed checks before HAProxy marks a server DOWN.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 1,
                  "maximum": 10
                },
                "checkRise": {
                  "description": "Successful checks before HAProxy marks a server UP.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 1,
                  "maximum": 10,
                  "default": 1
                }
              },
              "additionalProperties": false
            }
          },
          "additionalProperties": false
        },
        "expose": {
          "description": "The endpoint for clients.",
          "type": "object",
          "required": [
            "proxyPairRef",
            "port",
            "proxyAddresses"
          ],
          "properties": {
            "proxyPairRef": {
              "description": "Name of the ProxyPair that serves the tenant.",
              "type": "string",
              "minLength": 1
            },
            "port": {
              "description": "The tenant's port on the virtual IP address of the pair.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 65535
            },
            "maxConnections": {
              "description": "Maximum number of concurrent connections of clients. At most 32 below maxclients of redis.config, since Sentinel, HAProxy and the replicas connect too. By default as many, but no more than half of haproxy.maxConnections of the ProxyPair, so that one tenant leaves connections for the others. Until the connections of before a reload of HAProxy have ended, it accepts as many again.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 1000000
            },
            "proxyAddresses": {
              "description": "Two IP addresses in the tenant's network, one for each host of the pair, in the same order.",
              "type": "array",
              "minItems": 2,
              "maxItems": 2,
              "items": {
                "type": "string",
                "format": "ipv4"
              }
            }
          },
          "additionalProperties": false
        },
        "maintenance": {
          "description": "When this tenant may be interrupted, instead of the windows of the Cluster. Outside of these windows, steps that interrupt it wait, unless they repair what impacts it.",
          "type": "object",
          "required": [
            "windows"
          ],
          "properties": {
            "timezone": {
              "description": "Time zone of the windows, by its name in the IANA database. Daylight saving time is followed.",
              "type": "string",
              "maxLength": 64,
              "pattern": "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
              "default": "UTC"
            },
            "windows": {
              "description": "The windows of a week. They must not overlap.",
              "type": "array",
              "minItems": 1,
              "maxItems": 50,
              "items": {
                "type": "object",
                "required": [
                  "start",
                  "duration"
                ],
                "properties": {
                  "days": {
                    "description": "Days on which it opens. Every day by default.",
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 7,
                    "items": {
                      "type": "string",
                      "enum": [
                        "Mon",
                        "Tue",
                        "Wed",
                        "Thu",
                        "Fri",
                        "Sat",
                        "Sun"
                      ]
                    }
                  },
                  "start": {
                    "description": "When it opens, as hours and minutes in the time zone.",
                    "type": "string",
                    "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"
                  },
                  "duration": {
                    "description": "For how long it is open, 10m to 24h, across midnight too.",
                    "type": "string",
                    "maxLength": 32,
                    "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$"
                  }
                },
                "additionalProperties": false
              }
            }
          },
          "additionalProperties": false
        },
        "paused": {
          "description": "No step is done for the containers, the Redis and the Sentinels of this tenant until a time, and none that disrupts it; differences are shown. The cluster keeps working by itself meanwhile, such as Sentinel and keepalived, and nothing on the hosts is changed because of it.",
          "type": "object",
          "required": [
            "until",
            "reason"
          ],
          "properties": {
            "until": {
              "description": "When the pause ends by itself, as a date and time with a zone (RFC 3339). A pause that is over has no effect.",
              "type": "string",
              "format": "date-time"
            },
            "reason": {
              "description": "Why, in one line of at most 200 characters. It is shown with everything that is not done.",
              "type": "string",
              "minLength": 1,
              "maxLength": 200,
              "pattern": "^[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]*$"
            }
          },
          "additionalProperties": false
        }
      },
      "additionalProperties": false
    },
    "status": {
      "description": "Observed state.",
      "type": "object",
      "properties": {
        "observedGeneration": {
          "type": "integer",
          "format": "int64",
          "description": "Generation of the document that this status describes."
        },
        "endpoint": {
          "type": "string",
          "description": "Virtual IP address and port for clients."
        },
        "master": {
          "type": "string",
          "description": "The member that a majority of the Sentinels report as master and that reports the master role itself."
        },
        "replicasInSync": {
          "type": "string",
          "description": "Replicas in sync of declared replicas, such as 2/2."
        },
        "sentinelsAgree": {
          "type": "string",
          "description": "Sentinels that report this master of declared Sentinels, such as 3/3."
        },
        "publicEndpoint": {
          "type": "string",
          "description": "Public address and port for clients outside the VPC."
        },
        "vipOwner": {
          "type": "string",
          "description": "The proxy whose network interface has the virtual IP address."
        },
        "paused": {
          "description": "The pause that is in force, of this Tenant or of its Cluster.",
          "type": "object",
          "properties": {
            "until": {
              "type": "string",
              "format": "date-time",
              "description": "When it ends by itself."
            },
            "reason": {
              "type": "string",
              "description": "Why."
            }
          },
          "additionalProperties": false
        },
        "conditions": {
          "description": "Conditions of the resource.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
            "type"
          ],
          "items": {
            "type": "object",
            "required": [
              "type",
              "status"
            ],
            "properties": {
              "type": {
                "type": "string",
                "description": "Condition type, such as Ready."
              },
              "status": {
                "type": "string",
                "enum": [
                  "True",
                  "False",
                  "Unknown"
                ],
                "description": "Whether the condition holds."
              },
              "reason": {
                "type": "string",
                "description": "CamelCase reason code for programs."
              },
              "message": {
                "type": "string",
                "description": "Human-readable message."
              },
              "observedGeneration": {
                "type": "integer",
                "format": "int64",
                "description": "Generation of the document that was checked."
              },
              "lastTransitionTime": {
                "type": "string",
                "format": "date-time",
                "description": "Time of the last change of status."
              },
              "lastProbeTime": {
                "type": "string",
                "format": "date-time",
                "description": "Time of the last check."
              }
            },
            "additionalProperties": false
          }
        }
      },
      "additionalProperties": false
    }
  },
  "additionalProperties": false
};

/**
 * The endpoint for clients. Two proxy hosts that share one virtual IP address.
 */
export interface ProxyPairDocument {
/**
 * Always redis-ec2.dev/v1alpha1.
 */
apiVersion: "redis-ec2.dev/v1alpha1"
/**
 * Always ProxyPair.
 */
kind: "ProxyPair"
/**
 * Name and notes.
 */
metadata: {
/**
 * The name that Tenants refer to.
 */
name: string
/**
 * Notes to select by.
 */
labels?: {
[k: string]: string
}
/**
 * Annotations for users and tools.
 */
annotations?: {
[k: string]: string
}
}
/**
 * Desired state of the pair.
 */
spec: {
/**
 * Name of the Cluster that contains the hosts.
 */
clusterRef: string
/**
 * Whether both proxies may be in one availability zone. They have to be if the virtual IP address is in a subnet, because a subnet is in one zone. If not, that is shown as information.
 */
acceptZoneRisk: boolean
/**
 * Names of two proxy hosts in the Cluster. A virtual IP address of a subnet can move only within that subnet; with `overlay`, the two may be in different zones.
 * 
 * @minItems 2
 * @maxItems 2
 */
hosts: [string, string]
/**
 * The virtual IP address for clients. A private address in the hosts' subnet that is not in use elsewhere; with `overlay`, an address outside the VPC.
 */
vip: string
/**
 * The virtual IP address is outside the VPC and of no subnet. A route in each route table leads to the network interface of its owner, so that the proxies may be in different zones. Clients in the VPC reach it, and those behind a transit gateway that routes it; it can have no public address. If omitted, the address is of a subnet.
 */
overlay?: {
/**
 * IDs of the route tables in which the route is managed. The subnets of the proxies and of clients must use one of them. If omitted, all of the VPC but those of gateways.
 */
routeTables?: string[]
}
/**
 * An Elastic IP address for clients outside the VPC, bound to the virtual IP address, which it follows. Not with `overlay`. If omitted, none is managed.
 */
publicAddress?: {
/**
 * Allocate the address if it is missing, with the tag of the Cluster. `reconcile delete` releases it.
 */
create?: true
/**
 * An existing Elastic IP address to use. It is never released, and not taken from another network interface.
 */
adopt?: {
/**
 * Select by allocation ID.
 */
id?: string
/**
 * Select by a tag. Exactly one resource must have it.
 */
tag?: {
/**
 * Tag key, such as Name.
 */
key: string
/**
 * Tag value.
 */
value: string
}
}
}
/**
 * VRRP settings. VRRP decides which of the two hosts has the address.
 */
vrrp: {
/**
 * VRRP virtual router ID, unique per pair.
 */
routerId: number
/**
 * Interval between two advertisements, in steps of 10ms, 10ms to 40.95s. The other host takes over after slightly more than three intervals.
 */
advertInterval: string
}
/**
 * Limits of HAProxy.
 */
haproxy: {
/**
 * Timeout for connecting to a Redis server, 100ms to 1m.
 */
connectTimeout: string
/**
 * Inactivity timeout for clients, 1s to 24h.
 */
clientTimeout: string
/**
 * Inactivity timeout for Redis servers, 1s to 24h.
 */
serverTimeout: string
/**
 * Maximum number of concurrent connections per host, for all tenants together.
 */
maxConnections: number
/**
 * How long connections outlive a reload of HAProxy, 1s to 24h. Each reload leaves a process behind (about 10 MB) until the clients that were connected have closed their connections. After this time it closes them, also those in use. No more than 20 such processes are kept.
 */
drainTimeout: string
}
/**
 * No step is done for this pair until a time, nor for HAProxy and keepalived on its hosts; differences are shown. The cluster keeps working by itself meanwhile, such as Sentinel and keepalived, and nothing on the hosts is changed because of it.
 */
paused?: {
/**
 * When the pause ends by itself, as a date and time with a zone (RFC 3339). A pause that is over has no effect.
 */
until: string
/**
 * Why, in one line of at most 200 characters. It is shown with everything that is not done.
 */
reason: string
}
}
/**
 * Observed state.
 */
status?: {
/**
 * Generation of the document that this status describes.
 */
observedGeneration?: number
/**
 * The host that has the virtual IP address.
 */
vipOwner?: string
/**
 * Conditions of the resource.
 */
conditions?: {
/**
 * Condition type, such as Ready.
 */
type: string
/**
 * Whether the condition holds.
 */
status: ("True" | "False" | "Unknown")
/**
 * CamelCase reason code for programs.
 */
reason?: string
/**
 * Human-readable message.
 */
message?: string
/**
 * Generation of the document that was checked.
 */
observedGeneration?: number
/**
 * Time of the last change of status.
 */
lastTransitionTime?: string
/**
 * Time of the last check.
 */
lastProbeTime?: string
}[]
}
}

export const proxyPairSchema: Readonly<Record<string, unknown>> = {
  "description": "The endpoint for clients. Two proxy hosts that share one virtual IP address.",
  "type": "object",
  "required": [
    "apiVersion",
    "kind",
    "metadata",
    "spec"
  ],
  "properties": {
    "apiVersion": {
      "type": "string",
      "description": "Always redis-ec2.dev/v1alpha1.",
      "enum": [
        "redis-ec2.dev/v1alpha1"
      ]
    },
    "kind": {
      "type": "string",
      "description": "Always ProxyPair.",
      "enum": [
        "ProxyPair"
      ]
    },
    "metadata": {
      "description": "Name and notes.",
      "type": "object",
      "required": [
        "name"
      ],
      "properties": {
        "name": {
          "description": "The name that Tenants refer to.",
          "type": "string",
          "maxLength": 40,
          "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
        },
        "labels": {
          "description": "Notes to select by.",
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        },
        "annotations": {
          "description": "Annotations for users and tools.",
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        }
      },
      "additionalProperties": false
    },
    "spec": {
      "description": "Desired state of the pair.",
      "type": "object",
      "required": [
        "clusterRef",
        "hosts",
        "vip",
        "vrrp"
      ],
      "properties": {
        "clusterRef": {
          "description": "Name of the Cluster that contains the hosts.",
          "type": "string",
          "minLength": 1
        },
        "acceptZoneRisk": {
          "description": "Whether both proxies may be in one availability zone. They have to be if the virtual IP address is in a subnet, because a subnet is in one zone. If not, that is shown as information.",
          "type": "boolean",
          "default": false
        },
        "hosts": {
          "description": "Names of two proxy hosts in the Cluster. A virtual IP address of a subnet can move only within that subnet; with `overlay`, the two may be in different zones.",
          "type": "array",
          "minItems": 2,
          "maxItems": 2,
          "items": {
            "type": "string",
            "minLength": 1
          }
        },
        "vip": {
          "description": "The virtual IP address for clients. A private address in the hosts' subnet that is not in use elsewhere; with `overlay`, an address outside the VPC.",
          "type": "string",
          "format": "ipv4"
        },
        "overlay": {
          "description": "The virtual IP address is outside the VPC and of no subnet. A route in each route table leads to the network interface of its owner, so that the proxies may be in different zones. Clients in the VPC reach it, and those behind a transit gateway that routes it; it can have no public address. If omitted, the address is of a subnet.",
          "type": "object",
          "properties": {
            "routeTables": {
              "description": "IDs of the route tables in which the route is managed. The subnets of the proxies and of clients must use one of them. If omitted, all of the VPC but those of gateways.",
              "type": "array",
              "minItems": 1,
              "maxItems": 50,
              "x-kubernetes-list-type": "set",
              "items": {
                "type": "string",
                "pattern": "^rtb-[0-9a-f]{8,17}$"
              }
            }
          },
          "additionalProperties": false
        },
        "publicAddress": {
          "description": "An Elastic IP address for clients outside the VPC, bound to the virtual IP address, which it follows. Not with `overlay`. If omitted, none is managed.",
          "type": "object",
          "properties": {
            "create": {
              "description": "Allocate the address if it is missing, with the tag of the Cluster. `reconcile delete` releases it.",
              "type": "boolean",
              "enum": [
                true
              ]
            },
            "adopt": {
              "description": "An existing Elastic IP address to use. It is never released, and not taken from another network interface.",
              "type": "object",
              "properties": {
                "id": {
                  "description": "Select by allocation ID.",
                  "type": "string",
                  "pattern": "^eipalloc-[0-9a-f]{8,17}$"
                },
                "tag": {
                  "description": "Select by a tag. Exactly one resource must have it.",
                  "type": "object",
                  "required": [
                    "key",
                    "value"
                  ],
                  "properties": {
                    "key": {
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 128,
                      "description": "Tag key, such as Name."
                    },
                    "value": {
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 256,
                      "description": "Tag value."
                    }
                  },
                  "additionalProperties": false
                }
              },
              "oneOf": [
                {
                  "required": [
                    "id"
                  ]
                },
                {
                  "required": [
                    "tag"
                  ]
                }
              ],
              "additionalProperties": false
            }
          },
          "oneOf": [
            {
              "required": [
                "create"
              ]
            },
            {
              "required": [
                "adopt"
              ]
            }
          ],
          "additionalProperties": false
        },
        "vrrp": {
          "description": "VRRP settings. VRRP decides which of the two hosts has the address.",
          "type": "object",
          "required": [
            "routerId"
          ],
          "properties": {
            "routerId": {
              "description": "VRRP virtual router ID, unique per pair.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 255
            },
            "advertInterval": {
              "description": "Interval between two advertisements, in steps of 10ms, 10ms to 40.95s. The other host takes over after slightly more than three intervals.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "200ms"
            }
          },
          "additionalProperties": false
        },
        "haproxy": {
          "description": "Limits of HAProxy.",
          "type": "object",
          "default": {},
          "properties": {
            "connectTimeout": {
              "description": "Timeout for connecting to a Redis server, 100ms to 1m.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "2s"
            },
            "clientTimeout": {
              "description": "Inactivity timeout for clients, 1s to 24h.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "1h"
            },
            "serverTimeout": {
              "description": "Inactivity timeout for Redis servers, 1s to 24h.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "1h"
            },
            "maxConnections": {
              "description": "Maximum number of concurrent connections per host, for all tenants together.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 1000000,
              "default": 10000
            },
            "drainTimeout": {
              "description": "How long connections outlive a reload of HAProxy, 1s to 24h. Each reload leaves a process behind (about 10 MB) until the clients that were connected have closed their connections. After this time it closes them, also those in use. No more than 20 such processes are kept.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "1h"
            }
          },
          "additionalProperties": false
        },
        "paused": {
          "description": "No step is done for this pair until a time, nor for HAProxy and keepalived on its hosts; differences are shown. The cluster keeps working by itself meanwhile, such as Sentinel and keepalived, and nothing on the hosts is changed because of it.",
          "type": "object",
          "required": [
            "until",
            "reason"
          ],
          "properties": {
            "until": {
              "description": "When the pause ends by itself, as a date and time with a zone (RFC 3339). A pause that is over has no effect.",
              "type": "string",
              "format": "date-time"
            },
            "reason": {
              "description": "Why, in one line of at most 200 characters. It is shown with everything that is not done.",
              "type": "string",
              "minLength": 1,
              "maxLength": 200,
              "pattern": "^[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]*$"
            }
          },
          "additionalProperties": false
        }
      },
      "additionalProperties": false
    },
    "status": {
      "description": "Observed state.",
      "type": "object",
      "properties": {
        "observedGeneration": {
          "type": "integer",
          "format": "int64",
          "description": "Generation of the document that this status describes."
        },
        "vipOwner": {
          "type": "string",
          "description": "The host that has the virtual IP address."
        },
        "conditions": {
          "description": "Conditions of the resource.",
          "type": "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": [
            "type"
          ],
          "items": {
            "type": "object",
            "required": [
              "type",
              "status"
            ],
            "properties": {
              "type": {
                "type": "string",
                "description": "Condition type, such as Ready."
              },
              "status": {
                "type": "string",
                "enum": [
                  "True",
                  "False",
                  "Unknown"
                ],
                "description": "Whether the condition holds."
              },
              "reason": {
                "type": "string",
                "description": "CamelCase reason code for programs."
              },
              "message": {
                "type": "string",
                "description": "Human-readable message."
              },
              "observedGeneration": {
                "type": "integer",
                "format": "int64",
                "description": "Generation of the document that was checked."
              },
              "lastTransitionTime": {
                "type": "string",
                "format": "date-time",
                "description": "Time of the last change of status."
              },
              "lastProbeTime": {
                "type": "string",
                "format": "date-time",
                "description": "Time of the last check."
              }
            },
            "additionalProperties": false
          }
        }
      },
      "additionalProperties": false
    }
  },
  "additionalProperties": false
};
