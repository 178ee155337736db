import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import { vpcNetworkState } from '../shared/vpc-network.ts';
import { type DesiredPart, desiredParts, type Part, type PartContext, partFacts } from './desired.ts';
import { gatewayFindings } from './gateway.ts';
import { groupFindings } from './group.ts';
import { subnetFindings } from './subnet.ts';
import { vpcFindings } from './vpc.ts';

const diffs: { readonly [K in Part['kind']]: (context: PartContext) => readonly Finding[] } = {
  vpc: vpcFindings,
  'internet-gateway': gatewayFindings,
  subnet: subnetFindings,
  'security-group': groupFindings,
};

/**
 * VPC, subnets, internet gateway and security group: created where they are missing, or adopted and only read. Nothing is deleted here
 * but duplicates that were created here.
 */
export const network = bind<DesiredPart, ReturnType<typeof partFacts>>({
  component: 'network',
  desire: desiredParts,
  facts: partFacts,
  diff: (desired, observed) => {
    const { part, cluster, noHostRunning, subject } = desired;
    const state = vpcNetworkState(cluster, noHostRunning, observed);
    // Without knowing the VPC, nothing can be said about what is in it.
    const isKnown = state.vpc.state === 'present' || state.vpc.state === 'absent' || part.kind === 'vpc';
    return isKnown ? diffs[part.kind]({ desired, state, finding: findingsAbout(subject) }) : [];
  },
});
