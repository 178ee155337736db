import { type Check, fault } from '../load/declared.ts';

const name = /^[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)+$/;

/** Names of kernel settings: a name becomes a path under /proc/sys. */
export const sysctls: Check = ({ clusters }) =>
  clusters.flatMap((cluster) =>
    Object.keys(cluster.body.spec.preparation.sysctls)
      .filter((one) => !name.test(one))
      .map((one) =>
        fault(
          cluster,
          ['spec', 'preparation', 'sysctls', one],
          `${one} is not the name of a kernel setting`,
          'write it as sysctl -a does, such as vm.overcommit_memory',
        ),
      ),
  );
