import { bind } from '../contract/reconciler.ts';
import { type DesiredService, desiredServices, serviceFacts } from './desired.ts';
import { serviceFindings } from './service.ts';

/** What the clients of each tenant get at its virtual address. Nothing is repaired here: other components repair the causes. */
export const service = bind<DesiredService, ReturnType<typeof serviceFacts>>({
  component: 'service',
  desire: desiredServices,
  facts: serviceFacts,
  diff: (desired, observed) => [...serviceFindings(desired, observed), ...desired.zones],
});
