import { type BoundReconciler, bind } from '../contract/reconciler.ts';
import { vpcNetworkState } from '../shared/vpc-network.ts';
import { adoptedFindings } from './adopted.ts';
import { createdFindings } from './created.ts';
import { dataVolumes } from './data-volume.ts';
import { type DesiredInstance, desiredInstance, instanceFacts } from './desired.ts';
import { placementGroup } from './placement-group.ts';

/** Hosts as EC2 instances: adopted ones, found by id or tag and never changed; or created here where they are missing. And their data volumes. */
export const instance: BoundReconciler = {
  component: 'instance',
  items: (fleet, inventory) => [placementGroup, instances, dataVolumes].flatMap((part) => part.items(fleet, inventory)),
};

const instances = bind<DesiredInstance, ReturnType<typeof instanceFacts>>({
  component: 'instance',
  desire: (fleet, inventory) => fleet.cluster.hosts.map((host) => desiredInstance(fleet, host, inventory)),
  facts: instanceFacts,
  diff: (desired, observed) => {
    const { creation } = desired;
    if (!creation) return adoptedFindings(desired);
    const network = vpcNetworkState(desired.cluster, desired.noHostRunning, observed);
    return createdFindings(desired, creation, network, observed);
  },
});
