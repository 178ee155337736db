import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PruneOptions } from '../../reconcilers/prune.ts';

/** What commander hands over of these options. */
export interface PruneFlags {
  readonly prune?: true;
  readonly maxDeletes?: number;
  readonly allowEmpty?: true;
}

export function withPrune(command: Command): Command {
  return command
    .option(
      '--prune',
      'remove what no document declares any more: a Tenant first retired, its data kept, then destroyed',
    )
    .addOption(
      new Option(
        '--max-deletes <count>',
        'with --prune: remove nothing if more Tenants than this would go (default: 1)',
      ).argParser(count),
    )
    .option('--allow-empty', 'with --prune: that no Tenant is declared at all is meant so');
}

/** Undefined: nothing is to be removed. Flags that say how to prune, and not to, are a mistake: told as one. */
export function pruneOf({ prune, maxDeletes, allowEmpty }: PruneFlags, command: Command): PruneOptions | undefined {
  if (prune) return { maxDeletes: maxDeletes ?? 1, allowEmpty: allowEmpty ?? false };
  if (maxDeletes !== undefined || allowEmpty)
    command.error('--max-deletes and --allow-empty say how to prune: give --prune too; nothing was done', {
      exitCode: 2,
    });
  return undefined;
}

function count(value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new InvalidArgumentError('a number such as 2 is wanted.');
  return Number(value);
}
