// Made from crds/*.yaml by .ci/generate-types.ts. Change those, not this.

/**
 * The ground of a fleet: hosts, the mesh between them, and the container runtime.
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
 * Notes for people and tools.
 */
annotations?: {
[k: string]: string
}
}
/**
 * What the ground is to be.
 */
spec: {
/**
 * Where the EC2 API is.
 */
aws: {
/**
 * AWS region, such as eu-central-1.
 */
region: string
/**
 * URL of the EC2 API, where it is not the region's own.
 */
endpoint?: string
}
/**
 * The network under the mesh.
 */
network: {
/**
 * Address range of the VPC that holds all hosts. Tenants' networks must not overlap it.
 */
vpcCidr: string
/**
 * The VPC. Left out, all hosts are adopted where they are, and nothing of the network around them is looked at.
 */
vpc?: {
/**
 * Make the VPC where it is missing, tagged as this Cluster's.
 */
create?: true
/**
 * Which VPC that exists already this is. It is looked at, and never changed nor deleted.
 */
adopt?: {
/**
 * By its id.
 */
id?: string
/**
 * By a tag that exactly one carries.
 */
tag?: {
/**
 * The tag's key, such as Name.
 */
key: string
/**
 * The tag's value.
 */
value: string
}
}
}
/**
 * The VPC's way to the internet, with a default route in its main route table. Left out, there is none of ours.
 */
internetGateway?: {
/**
 * Make the internet gateway where it is missing, tagged as this Cluster's.
 */
create?: true
/**
 * Which internet gateway that exists already this is. It is looked at, and never changed nor deleted.
 */
adopt?: {
/**
 * By its id.
 */
id?: string
/**
 * By a tag that exactly one carries.
 */
tag?: {
/**
 * The tag's key, such as Name.
 */
key: string
/**
 * The tag's value.
 */
value: string
}
}
}
/**
 * The subnets that created hosts are placed in. Both hosts of a ProxyPair must be in one, since an address moves within a subnet only.
 */
subnets?: {
/**
 * The subnet's name in these documents.
 */
name: string
/**
 * Its address range, within vpcCidr.
 */
cidr: string
/**
 * Its availability zone, such as eu-central-1a.
 */
zone: string
/**
 * Make the subnet where it is missing, tagged as this Cluster's.
 */
create?: true
/**
 * Which subnet that exists already this is. It is looked at, and never changed nor deleted.
 */
adopt?: {
/**
 * By its id.
 */
id?: string
/**
 * By a tag that exactly one carries.
 */
tag?: {
/**
 * The tag's key, such as Name.
 */
key: string
/**
 * The tag's value.
 */
value: string
}
}
}[]
/**
 * The one security group of all created hosts. They reach each other by SSH, GRE, VRRP and ICMP; besides that only what is named here gets in.
 */
securityGroup?: {
/**
 * Make the security group where it is missing, tagged as this Cluster's.
 */
create?: true
/**
 * Which security group that exists already this is. It is looked at, and never changed nor deleted.
 */
adopt?: {
/**
 * By its id.
 */
id?: string
/**
 * By a tag that exactly one carries.
 */
tag?: {
/**
 * The tag's key, such as Name.
 */
key: string
/**
 * The tag's value.
 */
value: string
}
}
/**
 * From where SSH may come; the machine that runs the operator must be in it.
 */
sshFrom?: string[]
/**
 * From where clients may come to the tenants' ports on the proxies.
 */
clientsFrom?: string[]
}
}
/**
 * How hosts are reached.
 */
ssh: {
/**
 * Who logs in; root, or a user for whom `sudo -n` works.
 */
user: string
/**
 * The port of sshd on every host.
 */
port: number
/**
 * The key to log in with, either a private key file or the agent behind SSH_AUTH_SOCK.
 */
identity: {
/**
 * A private key file on the machine that runs the operator.
 */
file?: string
/**
 * Use the agent behind SSH_AUTH_SOCK.
 */
agent?: true
}
/**
 * The known_hosts file that holds the hosts' keys. One a Cluster, where Clusters have the same addresses.
 */
knownHosts: string
/**
 * `strict` refuses a host whose key is not in knownHosts; `accept-new` writes down the key of a host never seen before; `console` writes down the keys that EC2 shows on the console of an instance made here, and is `strict` for adopted hosts. A key that changed is always refused, but for that of an instance that was made anew, which under `console` replaces what was read from the console of the former one.
 */
hostKeys: ("strict" | "accept-new" | "console")
/**
 * How long one attempt to connect may take, 100ms to 10m.
 */
connectTimeout: string
/**
 * How long one command on a host may take, 1s to 1h.
 */
commandTimeout: string
}
/**
 * The EC2 instances. At least three Redis hosts and two proxy hosts; at most 128, since one call describes them all, and EC2 takes 200 filter values a call.
 */
hosts: {
/**
 * The host's name in these documents.
 */
name: string
/**
 * `redis` hosts carry containers; `proxy` hosts carry HAProxy and keepalived.
 */
role: ("redis" | "proxy")
/**
 * Which instance that exists already this host is.
 */
adopt?: {
/**
 * By its id.
 */
instanceId?: string
/**
 * By a tag that exactly one instance carries.
 */
tag?: {
/**
 * The tag's key, such as Name.
 */
key: string
/**
 * The tag's value.
 */
value: string
}
}
/**
 * Make the instance where it is missing, tagged as this host. Needs spec.network.vpc, subnets and securityGroup. What is left out is as in spec.instances.
 */
create?: {
/**
 * A subnet of spec.network.subnets, by name.
 */
subnet: string
/**
 * Its primary private address. No two instances can have it, which is how a second one is never made.
 */
address: string
/**
 * Instance type, such as m5.large.
 */
type?: string
/**
 * The AMI. An instance that exists is not made anew when this changes; that is said.
 */
image?: string
/**
 * The EC2 key pair whose public key the AMI lets in; it must exist.
 */
keyName?: string
/**
 * The IAM instance profile, by name; a proxy needs one to move the virtual address.
 */
instanceProfile?: string
/**
 * The root disk.
 */
rootVolume?: {
/**
 * Size in whole Gi or Ti, 8Gi to 16Ti.
 */
size?: string
/**
 * EBS volume type.
 */
type?: ("gp2" | "gp3" | "standard")
}
/**
 * `sriov` is the Intel 82599 of older types (C3, C4, D2, I2, M4, R3): it needs a stop once, and the driver ixgbevf in the host's kernel, and cannot be undone. `ena` is looked at only. `none`: neither is asked for.
 */
enhancedNetworking?: ("sriov" | "ena" | "none")
}
}[]
/**
 * What created hosts have in common, where a host does not say otherwise.
 */
instances: {
/**
 * Instance type, such as m5.large.
 */
type?: string
/**
 * The AMI. An instance that exists is not made anew when this changes; that is said.
 */
image?: string
/**
 * The EC2 key pair whose public key the AMI lets in; it must exist.
 */
keyName?: string
/**
 * The IAM instance profile, by name; a proxy needs one to move the virtual address.
 */
instanceProfile?: string
/**
 * The root disk.
 */
rootVolume: {
/**
 * Size in whole Gi or Ti, 8Gi to 16Ti.
 */
size: string
/**
 * EBS volume type.
 */
type: ("gp2" | "gp3" | "standard")
}
/**
 * `sriov` is the Intel 82599 of older types (C3, C4, D2, I2, M4, R3): it needs a stop once, and the driver ixgbevf in the host's kernel, and cannot be undone. `ena` is looked at only. `none`: neither is asked for.
 */
enhancedNetworking: ("sriov" | "ena" | "none")
}
/**
 * The GRE mesh that carries the tenants' VLANs between hosts.
 */
mesh: {
/**
 * The Open vSwitch bridge on every host. At most 15 characters, the kernel's limit for an interface name.
 */
bridge: string
/**
 * `system` is the kernel datapath; `netdev` the userspace one, for kernels without the module.
 */
datapath: ("system" | "netdev")
/**
 * GRE key of all tunnels; what keeps two meshes in one VPC apart.
 */
greKey: number
/**
 * MTU of the network under the mesh in octets; 9001 within a VPC, 1500 where in doubt. Containers get 46 less.
 */
underlayMtu: number
}
/**
 * What runs the containers.
 */
runtime: {
/**
 * The container runtime: LXC 4 or later, or OpenVZ 6 or 7 by its vzctl and vzlist.
 */
type: ("lxc" | "openvz")
/**
 * What every container's root file system is made from.
 */
template: {
/**
 * The template's name on the hosts.
 */
name: string
/**
 * Absolute path, on every Redis host, of a tar file of the root file system.
 */
tarball: string
/**
 * Digest that the tar file must have.
 */
sha256?: string
}
}
/**
 * What is done about a host that lacks what the operator needs of it (packages, services, kernel modules, on CentOS 6 the kernel).
 */
preparation: {
/**
 * `install` installs packages that are missing, starts and enables services, and reboots a host into the kernel that its containers need; what is there is never upgraded, downgraded or removed. `check` only names what is missing, for a person to mend.
 */
mode: ("install" | "check")
/**
 * Versions of packages, by the package's name, as the package manager writes them. A missing one is installed in this version; one that is there in another is named, and left as it is.
 */
versions: {
[k: string]: string
}
/**
 * Package repositories that hosts get beside their own, each trusted for its own key alone.
 */
repositories: {
/**
 * The repository's name; its files on the hosts are called by it.
 */
name: string
/**
 * Hosts of which system get it.
 */
system: ("centos-6" | "debian-12" | "ubuntu-24.04")
/**
 * Where it lies, as apt or yum takes it.
 */
url: string
/**
 * For apt, the suite, such as bookworm; "./" for a repository without suites.
 */
suite: string
/**
 * For apt, the components of a suite, such as main.
 */
components: string[]
/**
 * The OpenPGP key that signs it.
 */
key: {
/**
 * Where each host fetches the key, in ASCII armour.
 */
url: string
/**
 * Digest that the key's file must have; with another nothing is trusted.
 */
sha256: string
}
}[]
}
/**
 * What becomes of a Tenant that left the documents, when `apply --prune` is given.
 */
prune: {
/**
 * How long the data of a retired member are kept, 1s to 8760h. Declared again within it, a Tenant comes back with its data; after it, the next `apply --prune` destroys them.
 */
retainFor: string
}
}
/**
 * What was seen.
 */
status?: {
/**
 * Generation of the document that the status speaks of.
 */
observedGeneration?: number
/**
 * Hosts in order, of hosts declared, such as 5/5.
 */
hosts?: string
/**
 * What holds and what does not.
 */
conditions?: {
/**
 * The aspect, such as Ready.
 */
type: string
/**
 * Whether it holds.
 */
status: ("True" | "False" | "Unknown")
/**
 * One word for programs.
 */
reason?: string
/**
 * A sentence for people.
 */
message?: string
/**
 * Generation of the document that was looked at.
 */
observedGeneration?: number
/**
 * When status last changed.
 */
lastTransitionTime?: string
/**
 * When it was last looked at.
 */
lastProbeTime?: string
}[]
}
}

export const clusterSchema: Readonly<Record<string, unknown>> = {
  "description": "The ground of a fleet: hosts, the mesh between them, and the container runtime.",
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
          "description": "Notes for people and tools.",
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        }
      },
      "additionalProperties": false
    },
    "spec": {
      "description": "What the ground is to be.",
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
          "description": "Where the EC2 API is.",
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
              "description": "URL of the EC2 API, where it is not the region's own.",
              "type": "string",
              "pattern": "^https?://[^\\s/?#]+(/[^\\s]*)?$"
            }
          },
          "additionalProperties": false
        },
        "network": {
          "description": "The network under the mesh.",
          "type": "object",
          "required": [
            "vpcCidr"
          ],
          "properties": {
            "vpcCidr": {
              "description": "Address range of the VPC that holds all hosts. Tenants' networks must not overlap it.",
              "type": "string",
              "format": "cidr"
            },
            "vpc": {
              "description": "The VPC. Left out, all hosts are adopted where they are, and nothing of the network around them is looked at.",
              "type": "object",
              "properties": {
                "create": {
                  "description": "Make the VPC where it is missing, tagged as this Cluster's.",
                  "type": "boolean",
                  "enum": [
                    true
                  ]
                },
                "adopt": {
                  "description": "Which VPC that exists already this is. It is looked at, and never changed nor deleted.",
                  "type": "object",
                  "properties": {
                    "id": {
                      "description": "By its id.",
                      "type": "string",
                      "pattern": "^vpc-[0-9a-f]{8,17}$"
                    },
                    "tag": {
                      "description": "By a tag that exactly one carries.",
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
                          "description": "The tag's key, such as Name."
                        },
                        "value": {
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 256,
                          "description": "The tag's value."
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
              "description": "The VPC's way to the internet, with a default route in its main route table. Left out, there is none of ours.",
              "type": "object",
              "properties": {
                "create": {
                  "description": "Make the internet gateway where it is missing, tagged as this Cluster's.",
                  "type": "boolean",
                  "enum": [
                    true
                  ]
                },
                "adopt": {
                  "description": "Which internet gateway that exists already this is. It is looked at, and never changed nor deleted.",
                  "type": "object",
                  "properties": {
                    "id": {
                      "description": "By its id.",
                      "type": "string",
                      "pattern": "^igw-[0-9a-f]{8,17}$"
                    },
                    "tag": {
                      "description": "By a tag that exactly one carries.",
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
                          "description": "The tag's key, such as Name."
                        },
                        "value": {
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 256,
                          "description": "The tag's value."
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
              "description": "The subnets that created hosts are placed in. Both hosts of a ProxyPair must be in one, since an address moves within a subnet only.",
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
                    "description": "The subnet's name in these documents.",
                    "type": "string",
                    "maxLength": 40,
                    "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                  },
                  "cidr": {
                    "description": "Its address range, within vpcCidr.",
                    "type": "string",
                    "format": "cidr"
                  },
                  "zone": {
                    "description": "Its availability zone, such as eu-central-1a.",
                    "type": "string",
                    "pattern": "^[a-z]+(-[a-z0-9]+)*-[0-9]+[a-z]$"
                  },
                  "create": {
                    "description": "Make the subnet where it is missing, tagged as this Cluster's.",
                    "type": "boolean",
                    "enum": [
                      true
                    ]
                  },
                  "adopt": {
                    "description": "Which subnet that exists already this is. It is looked at, and never changed nor deleted.",
                    "type": "object",
                    "properties": {
                      "id": {
                        "description": "By its id.",
                        "type": "string",
                        "pattern": "^subnet-[0-9a-f]{8,17}$"
                      },
                      "tag": {
                        "description": "By a tag that exactly one carries.",
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
                            "description": "The tag's key, such as Name."
                          },
                          "value": {
                            "type": "string",
                            "minLength": 1,
                            "maxLength": 256,
                            "description": "The tag's value."
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
            "securityGroup": {
              "description": "The one security group of all created hosts. They reach each other by SSH, GRE, VRRP and ICMP; besides that only what is named here gets in.",
              "type": "object",
              "properties": {
                "create": {
                  "description": "Make the security group where it is missing, tagged as this Cluster's.",
                  "type": "boolean",
                  "enum": [
                    true
                  ]
                },
                "adopt": {
                  "description": "Which security group that exists already this is. It is looked at, and never changed nor deleted.",
                  "type": "object",
                  "properties": {
                    "id": {
                      "description": "By its id.",
                      "type": "string",
                      "pattern": "^sg-[0-9a-f]{8,17}$"
                    },
                    "tag": {
                      "description": "By a tag that exactly one carries.",
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
                          "description": "The tag's key, such as Name."
                        },
                        "value": {
                          "type": "string",
                          "minLength": 1,
                          "maxLength": 256,
                          "description": "The tag's value."
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
                  "description": "From where SSH may come; the machine that runs the operator must be in it.",
                  "type": "array",
                  "maxItems": 20,
                  "x-kubernetes-list-type": "set",
                  "items": {
                    "type": "string",
                    "format": "cidr",
                    "description": "An address range, such as 10.0.0.0/8."
                  }
                },
                "clientsFrom": {
                  "description": "From where clients may come to the tenants' ports on the proxies.",
                  "type": "array",
                  "maxItems": 20,
                  "x-kubernetes-list-type": "set",
                  "items": {
                    "type": "string",
                    "format": "cidr",
                    "description": "An address range, such as 10.0.0.0/8."
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
          "description": "How hosts are reached.",
          "type": "object",
          "required": [
            "identity",
            "knownHosts"
          ],
          "properties": {
            "user": {
              "description": "Who logs in; root, or a user for whom `sudo -n` works.",
              "type": "string",
              "pattern": "^[a-z_][a-z0-9_-]{0,31}$",
              "default": "root"
            },
            "port": {
              "description": "The port of sshd on every host.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 65535,
              "default": 22
            },
            "identity": {
              "description": "The key to log in with, either a private key file or the agent behind SSH_AUTH_SOCK.",
              "type": "object",
              "properties": {
                "file": {
                  "description": "A private key file on the machine that runs the operator.",
                  "type": "string",
                  "pattern": "^[^\\x00-\\x1f\\x7f]+$",
                  "maxLength": 1024
                },
                "agent": {
                  "description": "Use the agent behind SSH_AUTH_SOCK.",
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
            "knownHosts": {
              "description": "The known_hosts file that holds the hosts' keys. One a Cluster, where Clusters have the same addresses.",
              "type": "string",
              "pattern": "^[^\\x00-\\x1f\\x7f]+$",
              "maxLength": 1024
            },
            "hostKeys": {
              "description": "`strict` refuses a host whose key is not in knownHosts; `accept-new` writes down the key of a host never seen before; `console` writes down the keys that EC2 shows on the console of an instance made here, and is `strict` for adopted hosts. A key that changed is always refused, but for that of an instance that was made anew, which under `console` replaces what was read from the console of the former one.",
              "type": "string",
              "enum": [
                "strict",
                "accept-new",
                "console"
              ],
              "default": "strict"
            },
            "connectTimeout": {
              "description": "How long one attempt to connect may take, 100ms to 10m.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "10s"
            },
            "commandTimeout": {
              "description": "How long one command on a host may take, 1s to 1h.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "60s"
            }
          },
          "additionalProperties": false
        },
        "hosts": {
          "description": "The EC2 instances. At least three Redis hosts and two proxy hosts; at most 128, since one call describes them all, and EC2 takes 200 filter values a call.",
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
                "description": "The host's name in these documents.",
                "type": "string",
                "maxLength": 40,
                "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
              },
              "role": {
                "description": "`redis` hosts carry containers; `proxy` hosts carry HAProxy and keepalived.",
                "type": "string",
                "enum": [
                  "redis",
                  "proxy"
                ]
              },
              "adopt": {
                "description": "Which instance that exists already this host is.",
                "type": "object",
                "properties": {
                  "instanceId": {
                    "description": "By its id.",
                    "type": "string",
                    "pattern": "^i-[0-9a-f]{8,17}$"
                  },
                  "tag": {
                    "description": "By a tag that exactly one instance carries.",
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
                        "description": "The tag's key, such as Name."
                      },
                      "value": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 256,
                        "description": "The tag's value."
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
              "create": {
                "description": "Make the instance where it is missing, tagged as this host. Needs spec.network.vpc, subnets and securityGroup. What is left out is as in spec.instances.",
                "type": "object",
                "required": [
                  "subnet",
                  "address"
                ],
                "properties": {
                  "subnet": {
                    "description": "A subnet of spec.network.subnets, by name.",
                    "type": "string",
                    "maxLength": 40,
                    "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                  },
                  "address": {
                    "description": "Its primary private address. No two instances can have it, which is how a second one is never made.",
                    "type": "string",
                    "format": "ipv4"
                  },
                  "type": {
                    "description": "Instance type, such as m5.large.",
                    "type": "string",
                    "pattern": "^[a-z][a-z0-9-]*\\.[a-z0-9-]+$"
                  },
                  "image": {
                    "description": "The AMI. An instance that exists is not made anew when this changes; that is said.",
                    "type": "string",
                    "pattern": "^ami-[0-9a-f]{8,17}$"
                  },
                  "keyName": {
                    "description": "The EC2 key pair whose public key the AMI lets in; it must exist.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255
                  },
                  "instanceProfile": {
                    "description": "The IAM instance profile, by name; a proxy needs one to move the virtual address.",
                    "type": "string",
                    "pattern": "^[A-Za-z0-9+=,.@_-]{1,128}$"
                  },
                  "rootVolume": {
                    "description": "The root disk.",
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
                          "standard"
                        ]
                      }
                    },
                    "additionalProperties": false
                  },
                  "enhancedNetworking": {
                    "description": "`sriov` is the Intel 82599 of older types (C3, C4, D2, I2, M4, R3): it needs a stop once, and the driver ixgbevf in the host's kernel, and cannot be undone. `ena` is looked at only. `none`: neither is asked for.",
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
          "description": "What created hosts have in common, where a host does not say otherwise.",
          "type": "object",
          "default": {},
          "properties": {
            "type": {
              "description": "Instance type, such as m5.large.",
              "type": "string",
              "pattern": "^[a-z][a-z0-9-]*\\.[a-z0-9-]+$"
            },
            "image": {
              "description": "The AMI. An instance that exists is not made anew when this changes; that is said.",
              "type": "string",
              "pattern": "^ami-[0-9a-f]{8,17}$"
            },
            "keyName": {
              "description": "The EC2 key pair whose public key the AMI lets in; it must exist.",
              "type": "string",
              "minLength": 1,
              "maxLength": 255
            },
            "instanceProfile": {
              "description": "The IAM instance profile, by name; a proxy needs one to move the virtual address.",
              "type": "string",
              "pattern": "^[A-Za-z0-9+=,.@_-]{1,128}$"
            },
            "rootVolume": {
              "description": "The root disk.",
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
                    "standard"
                  ],
                  "default": "gp3"
                }
              },
              "additionalProperties": false
            },
            "enhancedNetworking": {
              "description": "`sriov` is the Intel 82599 of older types (C3, C4, D2, I2, M4, R3): it needs a stop once, and the driver ixgbevf in the host's kernel, and cannot be undone. `ena` is looked at only. `none`: neither is asked for.",
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
              "description": "The Open vSwitch bridge on every host. At most 15 characters, the kernel's limit for an interface name.",
              "type": "string",
              "maxLength": 15,
              "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$",
              "default": "br-mesh"
            },
            "datapath": {
              "description": "`system` is the kernel datapath; `netdev` the userspace one, for kernels without the module.",
              "type": "string",
              "enum": [
                "system",
                "netdev"
              ],
              "default": "system"
            },
            "greKey": {
              "description": "GRE key of all tunnels; what keeps two meshes in one VPC apart.",
              "type": "integer",
              "format": "int64",
              "minimum": 1,
              "maximum": 4294967295,
              "default": 1
            },
            "underlayMtu": {
              "description": "MTU of the network under the mesh in octets; 9001 within a VPC, 1500 where in doubt. Containers get 46 less.",
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
          "description": "What runs the containers.",
          "type": "object",
          "required": [
            "template"
          ],
          "properties": {
            "type": {
              "description": "The container runtime: LXC 4 or later, or OpenVZ 6 or 7 by its vzctl and vzlist.",
              "type": "string",
              "enum": [
                "lxc",
                "openvz"
              ],
              "default": "lxc"
            },
            "template": {
              "description": "What every container's root file system is made from.",
              "type": "object",
              "required": [
                "name",
                "tarball"
              ],
              "properties": {
                "name": {
                  "description": "The template's name on the hosts.",
                  "type": "string",
                  "maxLength": 40,
                  "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                },
                "tarball": {
                  "description": "Absolute path, on every Redis host, of a tar file of the root file system.",
                  "type": "string",
                  "maxLength": 1024,
                  "pattern": "^(/[A-Za-z0-9_+.-]+)+$"
                },
                "sha256": {
                  "description": "Digest that the tar file must have.",
                  "type": "string",
                  "pattern": "^[0-9a-f]{64}$"
                }
              },
              "additionalProperties": false
            }
          },
          "additionalProperties": false
        },
        "preparation": {
          "description": "What is done about a host that lacks what the operator needs of it (packages, services, kernel modules, on CentOS 6 the kernel).",
          "type": "object",
          "default": {},
          "properties": {
            "mode": {
              "description": "`install` installs packages that are missing, starts and enables services, and reboots a host into the kernel that its containers need; what is there is never upgraded, downgraded or removed. `check` only names what is missing, for a person to mend.",
              "type": "string",
              "enum": [
                "install",
                "check"
              ],
              "default": "install"
            },
            "versions": {
              "description": "Versions of packages, by the package's name, as the package manager writes them. A missing one is installed in this version; one that is there in another is named, and left as it is.",
              "type": "object",
              "default": {},
              "additionalProperties": {
                "type": "string",
                "maxLength": 128,
                "pattern": "^[0-9A-Za-z][0-9A-Za-z.+:~_-]*$"
              }
            },
            "repositories": {
              "description": "Package repositories that hosts get beside their own, each trusted for its own key alone.",
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
                    "description": "The repository's name; its files on the hosts are called by it.",
                    "type": "string",
                    "maxLength": 40,
                    "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                  },
                  "system": {
                    "description": "Hosts of which system get it.",
                    "type": "string",
                    "enum": [
                      "centos-6",
                      "debian-12",
                      "ubuntu-24.04"
                    ]
                  },
                  "url": {
                    "description": "Where it lies, as apt or yum takes it.",
                    "type": "string",
                    "maxLength": 1024,
                    "pattern": "^(https?://|file:///)[^\\s]+$"
                  },
                  "suite": {
                    "description": "For apt, the suite, such as bookworm; \"./\" for a repository without suites.",
                    "type": "string",
                    "maxLength": 128,
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9./_-]*$|^\\./$",
                    "default": "./"
                  },
                  "components": {
                    "description": "For apt, the components of a suite, such as main.",
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
                    "description": "The OpenPGP key that signs it.",
                    "type": "object",
                    "required": [
                      "url",
                      "sha256"
                    ],
                    "properties": {
                      "url": {
                        "description": "Where each host fetches the key, in ASCII armour.",
                        "type": "string",
                        "maxLength": 1024,
                        "pattern": "^(https?://|file:///)[^\\s]+$"
                      },
                      "sha256": {
                        "description": "Digest that the key's file must have; with another nothing is trusted.",
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
          "description": "What becomes of a Tenant that left the documents, when `apply --prune` is given.",
          "type": "object",
          "default": {},
          "properties": {
            "retainFor": {
              "description": "How long the data of a retired member are kept, 1s to 8760h. Declared again within it, a Tenant comes back with its data; after it, the next `apply --prune` destroys them.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "168h"
            }
          },
          "additionalProperties": false
        }
      },
      "additionalProperties": false
    },
    "status": {
      "description": "What was seen.",
      "type": "object",
      "properties": {
        "observedGeneration": {
          "type": "integer",
          "format": "int64",
          "description": "Generation of the document that the status speaks of."
        },
        "hosts": {
          "type": "string",
          "description": "Hosts in order, of hosts declared, such as 5/5."
        },
        "conditions": {
          "description": "What holds and what does not.",
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
                "description": "The aspect, such as Ready."
              },
              "status": {
                "type": "string",
                "enum": [
                  "True",
                  "False",
                  "Unknown"
                ],
                "description": "Whether it holds."
              },
              "reason": {
                "type": "string",
                "description": "One word for programs."
              },
              "message": {
                "type": "string",
                "description": "A sentence for people."
              },
              "observedGeneration": {
                "type": "integer",
                "format": "int64",
                "description": "Generation of the document that was looked at."
              },
              "lastTransitionTime": {
                "type": "string",
                "format": "date-time",
                "description": "When status last changed."
              },
              "lastProbeTime": {
                "type": "string",
                "format": "date-time",
                "description": "When it was last looked at."
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
 * The tenant's name; also Sentinel's name for its master, and the first part of its containers' names.
 */
name: string
/**
 * Notes to select by.
 */
labels?: {
[k: string]: string
}
/**
 * Notes for people and tools.
 */
annotations?: {
[k: string]: string
}
}
/**
 * What the tenant is to have.
 */
spec: {
/**
 * Name of the Cluster that carries the tenant.
 */
clusterRef: string
/**
 * The tenant's own network; nothing of another tenant is in it.
 */
network: {
/**
 * VLAN tag on the mesh, one a tenant.
 */
vlan: number
/**
 * Address range. It must overlap neither the VPC nor another tenant's.
 */
cidr: string
}
/**
 * The containers, each with one Redis and one Sentinel. An odd number, at least three, each on a host of its own.
 */
members: {
/**
 * The member's name, such as r1; the container is called TENANT-MEMBER.
 */
name: string
/**
 * The Cluster's Redis host that carries it.
 */
host: string
/**
 * Its address in the tenant's network.
 */
address: string
}[]
/**
 * What each member may use.
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
 * Disk limit of a member, such as 2Gi. At least 512Mi and three times redis.maxmemory, or two times without appendonly.
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
 * What the data may use; half of resources.memory unless given, as a fork to save may need as much again.
 */
maxmemory?: (number | string)
/**
 * A master with fewer replicas in reach refuses writes. 0 accepts that a cut-off master takes writes that will be lost.
 */
minReplicasToWrite: number
/**
 * How long ago a replica may last have answered and still count, in whole seconds, 1s to 1h.
 */
minReplicasMaxLag: string
/**
 * Whether every write goes to the append-only file.
 */
appendonly: boolean
/**
 * Further settings by redis.conf's own names, in the values that CONFIG GET shows. What the operator sets itself is refused.
 */
config: {
[k: string]: string
}
}
/**
 * The tenant's password, by reference. A value is never written into a document.
 */
auth: {
/**
 * Where the password is read from on the machine that runs the operator.
 */
passwordFrom: {
/**
 * An environment variable.
 */
env?: string
/**
 * A file; one line break at its end is left out.
 */
file?: string
}
}
/**
 * How fast and by how many votes a master is given up.
 */
sentinel: {
/**
 * Port of Sentinel in the tenant's network.
 */
port: number
/**
 * How many Sentinels must see the master as down; a majority of the members unless given.
 */
quorum?: number
/**
 * `patient` waits 5s before a master counts as down, `balanced` 2s, `fast` 1s; HAProxy checks to match. `balanced` unless profile or timings is given.
 */
profile?: ("patient" | "balanced" | "fast")
/**
 * All timings in full, in place of a profile.
 */
timings?: {
/**
 * How long a master must be silent to count as down, 100ms to 10m.
 */
downAfter: string
/**
 * How long a failover may take; one that failed is tried again after twice this. 1s to 1h, and longer than downAfter.
 */
failoverTimeout: string
/**
 * How many replicas may turn to the new master at once.
 */
parallelSyncs: number
/**
 * Time between two of HAProxy's checks, 100ms to 1m.
 */
checkInterval: string
/**
 * Failed checks after which HAProxy takes a server out.
 */
checkFall: number
/**
 * Good checks after which HAProxy lets a server in.
 */
checkRise: number
}
}
/**
 * The way in for clients.
 */
expose: {
/**
 * Name of the ProxyPair that serves the tenant.
 */
proxyPairRef: string
/**
 * The tenant's port on the pair's virtual address.
 */
port: number
/**
 * Two addresses in the tenant's network, the first for the pair's first host, the second for its second.
 * 
 * @minItems 2
 * @maxItems 2
 */
proxyAddresses: [string, string]
}
}
/**
 * What was seen.
 */
status?: {
/**
 * Generation of the document that the status speaks of.
 */
observedGeneration?: number
/**
 * Virtual address and port for clients.
 */
endpoint?: string
/**
 * The member that a majority of the Sentinels name and that says itself that it is master.
 */
master?: string
/**
 * Replicas in sync, of replicas declared, such as 2/2.
 */
replicasInSync?: string
/**
 * Sentinels that name this master, of Sentinels declared, such as 3/3.
 */
sentinelsAgree?: string
/**
 * The proxy whose network interface owns the virtual address.
 */
vipOwner?: string
/**
 * What holds and what does not.
 */
conditions?: {
/**
 * The aspect, such as Ready.
 */
type: string
/**
 * Whether it holds.
 */
status: ("True" | "False" | "Unknown")
/**
 * One word for programs.
 */
reason?: string
/**
 * A sentence for people.
 */
message?: string
/**
 * Generation of the document that was looked at.
 */
observedGeneration?: number
/**
 * When status last changed.
 */
lastTransitionTime?: string
/**
 * When it was last looked at.
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
          "description": "The tenant's name; also Sentinel's name for its master, and the first part of its containers' names.",
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
          "description": "Notes for people and tools.",
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        }
      },
      "additionalProperties": false
    },
    "spec": {
      "description": "What the tenant is to have.",
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
          "description": "Name of the Cluster that carries the tenant.",
          "type": "string",
          "minLength": 1
        },
        "network": {
          "description": "The tenant's own network; nothing of another tenant is in it.",
          "type": "object",
          "required": [
            "vlan",
            "cidr"
          ],
          "properties": {
            "vlan": {
              "description": "VLAN tag on the mesh, one a tenant.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 4094
            },
            "cidr": {
              "description": "Address range. It must overlap neither the VPC nor another tenant's.",
              "type": "string",
              "format": "cidr"
            }
          },
          "additionalProperties": false
        },
        "members": {
          "description": "The containers, each with one Redis and one Sentinel. An odd number, at least three, each on a host of its own.",
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
                "description": "The member's name, such as r1; the container is called TENANT-MEMBER.",
                "type": "string",
                "maxLength": 8,
                "pattern": "^[a-z][a-z0-9]*$"
              },
              "host": {
                "description": "The Cluster's Redis host that carries it.",
                "type": "string",
                "minLength": 1
              },
              "address": {
                "description": "Its address in the tenant's network.",
                "type": "string",
                "format": "ipv4"
              }
            },
            "additionalProperties": false
          }
        },
        "resources": {
          "description": "What each member may use.",
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
              "description": "Disk limit of a member, such as 2Gi. At least 512Mi and three times redis.maxmemory, or two times without appendonly.",
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
              "description": "What the data may use; half of resources.memory unless given, as a fork to save may need as much again.",
              "x-kubernetes-int-or-string": true,
              "pattern": "^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$",
              "type": [
                "integer",
                "string"
              ]
            },
            "minReplicasToWrite": {
              "description": "A master with fewer replicas in reach refuses writes. 0 accepts that a cut-off master takes writes that will be lost.",
              "type": "integer",
              "format": "int32",
              "minimum": 0,
              "maximum": 14,
              "default": 1
            },
            "minReplicasMaxLag": {
              "description": "How long ago a replica may last have answered and still count, in whole seconds, 1s to 1h.",
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
              "description": "Further settings by redis.conf's own names, in the values that CONFIG GET shows. What the operator sets itself is refused.",
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
          "description": "The tenant's password, by reference. A value is never written into a document.",
          "type": "object",
          "required": [
            "passwordFrom"
          ],
          "properties": {
            "passwordFrom": {
              "description": "Where the password is read from on the machine that runs the operator.",
              "type": "object",
              "properties": {
                "env": {
                  "description": "An environment variable.",
                  "type": "string",
                  "maxLength": 128,
                  "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"
                },
                "file": {
                  "description": "A file; one line break at its end is left out.",
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
          "description": "How fast and by how many votes a master is given up.",
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
              "description": "How many Sentinels must see the master as down; a majority of the members unless given.",
              "type": "integer",
              "format": "int32",
              "minimum": 2,
              "maximum": 15
            },
            "profile": {
              "description": "`patient` waits 5s before a master counts as down, `balanced` 2s, `fast` 1s; HAProxy checks to match. `balanced` unless profile or timings is given.",
              "type": "string",
              "enum": [
                "patient",
                "balanced",
                "fast"
              ]
            },
            "timings": {
              "description": "All timings in full, in place of a profile.",
              "type": "object",
              "required": [
                "downAfter",
                "failoverTimeout",
                "checkInterval",
                "checkFall"
              ],
              "properties": {
                "downAfter": {
                  "description": "How long a master must be silent to count as down, 100ms to 10m.",
                  "type": "string",
                  "maxLength": 32,
                  "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$"
                },
                "failoverTimeout": {
                  "description": "How long a failover may take; one that failed is tried again after twice this. 1s to 1h, and longer than downAfter.",
                  "type": "string",
                  "maxLength": 32,
                  "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$"
                },
                "parallelSyncs": {
                  "description": "How many replicas may turn to the new master at once.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 1,
                  "maximum": 14,
                  "default": 1
                },
                "checkInterval": {
                  "description": "Time between two of HAProxy's checks, 100ms to 1m.",
                  "type": "string",
                  "maxLength": 32,
                  "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$"
                },
                "checkFall": {
                  "description": "Failed checks after which HAProxy takes a server out.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 1,
                  "maximum": 10
                },
                "checkRise": {
                  "description": "Good checks after which HAProxy lets a server in.",
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
          "description": "The way in for clients.",
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
              "description": "The tenant's port on the pair's virtual address.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 65535
            },
            "proxyAddresses": {
              "description": "Two addresses in the tenant's network, the first for the pair's first host, the second for its second.",
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
        }
      },
      "additionalProperties": false
    },
    "status": {
      "description": "What was seen.",
      "type": "object",
      "properties": {
        "observedGeneration": {
          "type": "integer",
          "format": "int64",
          "description": "Generation of the document that the status speaks of."
        },
        "endpoint": {
          "type": "string",
          "description": "Virtual address and port for clients."
        },
        "master": {
          "type": "string",
          "description": "The member that a majority of the Sentinels name and that says itself that it is master."
        },
        "replicasInSync": {
          "type": "string",
          "description": "Replicas in sync, of replicas declared, such as 2/2."
        },
        "sentinelsAgree": {
          "type": "string",
          "description": "Sentinels that name this master, of Sentinels declared, such as 3/3."
        },
        "vipOwner": {
          "type": "string",
          "description": "The proxy whose network interface owns the virtual address."
        },
        "conditions": {
          "description": "What holds and what does not.",
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
                "description": "The aspect, such as Ready."
              },
              "status": {
                "type": "string",
                "enum": [
                  "True",
                  "False",
                  "Unknown"
                ],
                "description": "Whether it holds."
              },
              "reason": {
                "type": "string",
                "description": "One word for programs."
              },
              "message": {
                "type": "string",
                "description": "A sentence for people."
              },
              "observedGeneration": {
                "type": "integer",
                "format": "int64",
                "description": "Generation of the document that was looked at."
              },
              "lastTransitionTime": {
                "type": "string",
                "format": "date-time",
                "description": "When status last changed."
              },
              "lastProbeTime": {
                "type": "string",
                "format": "date-time",
                "description": "When it was last looked at."
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
 * The way in: two proxy hosts that hand one address to each other.
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
 * Notes for people and tools.
 */
annotations?: {
[k: string]: string
}
}
/**
 * What the pair is to be.
 */
spec: {
/**
 * Name of the Cluster that the hosts belong to.
 */
clusterRef: string
/**
 * The two proxy hosts, by the names that the Cluster gives them. The virtual address can move only within one subnet.
 * 
 * @minItems 2
 * @maxItems 2
 */
hosts: [string, string]
/**
 * The virtual address that clients connect to; a private address of the hosts' subnet that nobody else has.
 */
vip: string
/**
 * How the two hosts agree on who has the address.
 */
vrrp: {
/**
 * VRRP virtual router id, one a pair.
 */
routerId: number
/**
 * Time between two advertisements, in hundredths of a second, 10ms to 40.95s. The other host takes over after a little more than three.
 */
advertInterval: string
}
/**
 * HAProxy's limits.
 */
haproxy: {
/**
 * How long a connection to a Redis may take to come up, 100ms to 1m.
 */
connectTimeout: string
/**
 * How long a client may be silent, 1s to 24h.
 */
clientTimeout: string
/**
 * How long a Redis may be silent, 1s to 24h.
 */
serverTimeout: string
/**
 * Connections that one host admits at once, all tenants together.
 */
maxConnections: number
}
}
/**
 * What was seen.
 */
status?: {
/**
 * Generation of the document that the status speaks of.
 */
observedGeneration?: number
/**
 * The host that has the virtual address.
 */
vipOwner?: string
/**
 * What holds and what does not.
 */
conditions?: {
/**
 * The aspect, such as Ready.
 */
type: string
/**
 * Whether it holds.
 */
status: ("True" | "False" | "Unknown")
/**
 * One word for programs.
 */
reason?: string
/**
 * A sentence for people.
 */
message?: string
/**
 * Generation of the document that was looked at.
 */
observedGeneration?: number
/**
 * When status last changed.
 */
lastTransitionTime?: string
/**
 * When it was last looked at.
 */
lastProbeTime?: string
}[]
}
}

export const proxyPairSchema: Readonly<Record<string, unknown>> = {
  "description": "The way in: two proxy hosts that hand one address to each other.",
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
          "description": "Notes for people and tools.",
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        }
      },
      "additionalProperties": false
    },
    "spec": {
      "description": "What the pair is to be.",
      "type": "object",
      "required": [
        "clusterRef",
        "hosts",
        "vip",
        "vrrp"
      ],
      "properties": {
        "clusterRef": {
          "description": "Name of the Cluster that the hosts belong to.",
          "type": "string",
          "minLength": 1
        },
        "hosts": {
          "description": "The two proxy hosts, by the names that the Cluster gives them. The virtual address can move only within one subnet.",
          "type": "array",
          "minItems": 2,
          "maxItems": 2,
          "items": {
            "type": "string",
            "minLength": 1
          }
        },
        "vip": {
          "description": "The virtual address that clients connect to; a private address of the hosts' subnet that nobody else has.",
          "type": "string",
          "format": "ipv4"
        },
        "vrrp": {
          "description": "How the two hosts agree on who has the address.",
          "type": "object",
          "required": [
            "routerId"
          ],
          "properties": {
            "routerId": {
              "description": "VRRP virtual router id, one a pair.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 255
            },
            "advertInterval": {
              "description": "Time between two advertisements, in hundredths of a second, 10ms to 40.95s. The other host takes over after a little more than three.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "200ms"
            }
          },
          "additionalProperties": false
        },
        "haproxy": {
          "description": "HAProxy's limits.",
          "type": "object",
          "default": {},
          "properties": {
            "connectTimeout": {
              "description": "How long a connection to a Redis may take to come up, 100ms to 1m.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "2s"
            },
            "clientTimeout": {
              "description": "How long a client may be silent, 1s to 24h.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "1h"
            },
            "serverTimeout": {
              "description": "How long a Redis may be silent, 1s to 24h.",
              "type": "string",
              "maxLength": 32,
              "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
              "default": "1h"
            },
            "maxConnections": {
              "description": "Connections that one host admits at once, all tenants together.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 1000000,
              "default": 10000
            }
          },
          "additionalProperties": false
        }
      },
      "additionalProperties": false
    },
    "status": {
      "description": "What was seen.",
      "type": "object",
      "properties": {
        "observedGeneration": {
          "type": "integer",
          "format": "int64",
          "description": "Generation of the document that the status speaks of."
        },
        "vipOwner": {
          "type": "string",
          "description": "The host that has the virtual address."
        },
        "conditions": {
          "description": "What holds and what does not.",
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
                "description": "The aspect, such as Ready."
              },
              "status": {
                "type": "string",
                "enum": [
                  "True",
                  "False",
                  "Unknown"
                ],
                "description": "Whether it holds."
              },
              "reason": {
                "type": "string",
                "description": "One word for programs."
              },
              "message": {
                "type": "string",
                "description": "A sentence for people."
              },
              "observedGeneration": {
                "type": "integer",
                "format": "int64",
                "description": "Generation of the document that was looked at."
              },
              "lastTransitionTime": {
                "type": "string",
                "format": "date-time",
                "description": "When status last changed."
              },
              "lastProbeTime": {
                "type": "string",
                "format": "date-time",
                "description": "When it was last looked at."
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
