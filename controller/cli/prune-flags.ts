import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PruneOptions } from '../../reconcilers/contract/prune.ts';
import { exit } from './exit-code.ts';

/** These options as commander passes them. */
export interface PruneFlags {
  readonly prune?: true;
  readonly maxDeletes?: number;
  readonly allowEmpty?: true;
}

export function withPrune(command: Command): Command {
  return command
    .option(
      '--prune',
      'remove what is no longer declared: a Tenant is first retired, with its data kept, then destroyed',
    )
    .addOption(
      new Option(
        '--max-deletes <count>',
        'with --prune: remove nothing if more Tenants than this would be removed (default: 1)',
      ).argParser(count),
    )
    .option('--allow-empty', 'with --prune: proceed even if no Tenants are declared');
}

/** Undefined: nothing is to be removed. Flags that limit pruning without --prune are an error. */
export function pruneOf({ prune, maxDeletes, allowEmpty }: PruneFlags, command: Command): PruneOptions | undefined {
  if (prune) return { maxDeletes: maxDeletes ?? 1, allowEmpty: allowEmpty ?? false };
  if (maxDeletes !== undefined || allowEmpty)
    command.error('--max-deletes and --allow-empty only limit --prune: add --prune; nothing was done', {
      exitCode: exit.error,
    });
  return undefined;
}

function count(value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new InvalidArgumentError('expected a number such as 2.');
  return Number(value);
}
