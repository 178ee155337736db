/**
 * Loaded before a program whose memory is measured: on SIGUSR2 it collects garbage, and prints the memory in use on standard error; of the
 * heap without compiled code, which grows whenever code runs for the first time.
 */
import { getHeapCodeStatistics } from 'node:v8';

process.on('SIGUSR2', () => {
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  const { bytecode_and_metadata_size: bytecode, code_and_metadata_size: code } = getHeapCodeStatistics();
  process.stderr.write(`memory ${JSON.stringify({ rss, heapUsed: heapUsed - bytecode - code })}\n`);
});
