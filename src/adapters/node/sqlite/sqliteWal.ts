import fs from "node:fs";

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** The lowest bit gives the byte order of the checksums. */
const MAGIC = 0x377f0682;

/** The committed, intact content of a write-ahead log. */
export interface WalPages {
  readonly pageSize: number;
  /** Where in the log each page's newest version begins. */
  readonly offsets: ReadonlyMap<number, number>;
}

/**
 * The pages of a write-ahead log up to the last commit before the first broken frame, as SQLite itself would read them.
 * @returns undefined when there is no log or its header is broken
 * @source https://sqlite.org/fileformat2.html#the_write_ahead_log
 */
export function readWal(file: string): WalPages | undefined {
  if (!fs.existsSync(file)) return undefined;
  const wal = fs.readFileSync(file);
  if (wal.length < HEADER_BYTES || (wal.readUInt32BE(0) & ~1) >>> 0 !== MAGIC) return undefined;
  const isBigEndian = (wal.readUInt32BE(0) & 1) === 1;
  const pageSize = wal.readUInt32BE(8);
  let sum = checksum(wal, 0, 24, [0, 0], isBigEndian);
  if (!isSum(wal, 24, sum)) return undefined;
  const offsets = new Map<number, number>();
  const uncommitted = new Map<number, number>();
  for (let at = HEADER_BYTES; at + FRAME_HEADER_BYTES + pageSize <= wal.length; at += FRAME_HEADER_BYTES + pageSize) {
    // A frame of before the log was begun anew has other salts.
    if (!wal.subarray(at + 8, at + 16).equals(wal.subarray(16, 24))) break;
    sum = checksum(wal, at, 8, sum, isBigEndian);
    sum = checksum(wal, at + FRAME_HEADER_BYTES, pageSize, sum, isBigEndian);
    if (!isSum(wal, at + 16, sum)) break;
    uncommitted.set(wal.readUInt32BE(at), at + FRAME_HEADER_BYTES);
    if (wal.readUInt32BE(at + 4) === 0) continue;
    for (const [page, offset] of uncommitted) offsets.set(page, offset);
    uncommitted.clear();
  }
  return { pageSize, offsets };
}

type Sum = readonly [number, number];

function checksum(bytes: Buffer, from: number, length: number, [first, second]: Sum, isBigEndian: boolean): Sum {
  let [a, b] = [first, second];
  for (let at = from; at < from + length; at += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}

function isSum(bytes: Buffer, at: number, [a, b]: Sum): boolean {
  return bytes.readUInt32BE(at) === a && bytes.readUInt32BE(at + 4) === b;
}
