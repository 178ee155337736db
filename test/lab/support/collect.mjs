/** Loaded before a program whose memory is measured: on SIGUSR2 it collects garbage, and says on standard error what is left. */
process.on('SIGUSR2', () => {
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  process.stderr.write(`memory ${JSON.stringify({ rss, heapUsed })}\n`);
});
