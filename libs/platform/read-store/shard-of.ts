/**
 * The shard of a line among `shards`: FNV-1a over its UTF-16 units, then mixed, because lines end much alike. Part of what
 * a read store is made with: another hash would give rows another writer.
 */
export function shardOf(line: string, shards: number): number {
  if (shards === 1) return 0;
  let hash = 0x811c9dc5;
  for (let index = 0; index < line.length; index++) hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % shards;
}
