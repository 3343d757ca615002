import type { Block } from "@firmament/replica";

/** Blocks until they hold so many transactions. */
export async function take(blocks: AsyncIterable<Block>, entries: number): Promise<readonly Block[]> {
  const taken: Block[] = [];
  let count = 0;
  for await (const block of blocks) {
    taken.push(block);
    count += block.transactions.length;
    if (count >= entries) break;
  }
  return taken;
}
