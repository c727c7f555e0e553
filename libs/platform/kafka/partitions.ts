import { crc32c } from '@node-rs/crc32';

/** The partition of a key, the same in every process and for ever: CRC-32C of its UTF-8 bytes, modulo the partitions. */
export const partitionOf =
  (partitions: number) =>
  (key: string): number =>
    crc32c(key) % partitions;
