/** The ids of the statements, in their order in a policy. They are stable: a refusal names them. */
export const sids = [
  'Describe',
  'MoveVip',
  'CreateTagged',
  'ManageTagged',
  'UseAdoptedVpc',
  'UseAdoptedSubnets',
  'UseAdoptedGroup',
  'UseAdoptedAddresses',
  'RouteInMainTable',
  'EndpointInTables',
  'RouteVip',
  'UseLaunchInputs',
  'TagHosts',
  'TagOnCreate',
  'TagLater',
  'PrivateDns',
  'UseKmsKeys',
  'ReadTemplate',
  'PassRole',
  'ReadQuotas',
] as const;
export type Sid = (typeof sids)[number];
