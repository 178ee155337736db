import { groundSight } from '../ground.ts';
import { bind } from '../reconciler.ts';
import { type DesiredPart, desiredParts, type Look, type Part, partQuestions } from './desired.ts';
import { gatewayDrift } from './gateway.ts';
import { groupDrift } from './group.ts';
import { subnetDrift } from './subnet.ts';
import { vpcDrift } from './vpc.ts';

const looks: { readonly [K in Part['kind']]: Look } = {
  vpc: vpcDrift,
  'internet-gateway': gatewayDrift,
  subnet: subnetDrift,
  'security-group': groupDrift,
};

/**
 * VPC, subnets, internet gateway and security group: made where they are missing, or somebody else's and looked at only. Nothing of it is ever
 * deleted here, but for an empty VPC of ours that was made twice.
 */
export const network = bind<DesiredPart, ReturnType<typeof partQuestions>>({
  concern: 'network',
  desire: desiredParts,
  questions: partQuestions,
  diff: (desired, seen) => {
    const { part, cluster, young } = desired;
    const sight = groundSight(cluster, young, seen);
    // Of a VPC that is not known nothing can be said of what lies in it.
    const known = sight.vpc.state === 'there' || sight.vpc.state === 'missing' || part.kind === 'vpc';
    return known ? looks[part.kind](desired, sight) : [];
  },
});
