// How much memory is really kept, on the heap and in buffers: what is only not collected yet does not count.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What files and timers of the last input still hold goes in this time. */
const settleMs = 100;
const tries = 20;

async function look(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  // Buffers go a round after what pointed at them.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Starts counting. @returns what tells how much more is kept than now; looks again while it is more than `fine` */
export async function countKept(): Promise<(fineBytes: number) => Promise<number>> {
  const before = await look();
  return async (fineBytes) => {
    let more = (await look()) - before;
    for (let count = 1; count < tries && more > fineBytes; count += 1) more = (await look()) - before;
    return more;
  };
}
