import fs from "node:fs";
import { isSystemError } from "./sqliteErrors.ts";
import { readWal } from "./sqliteWal.ts";

/** A row as stored in its page: `rowid` and the columns, of which the rowid's alias is null. */
export interface PageRow {
  readonly rowid: number;
  readonly values: readonly (string | number | null)[];
}

const TABLE_LEAF = 0x0d;
const DEFAULT_PAGE_SIZE = 4096;
const FILE_HEADER_BYTES = 100;
/** We never write longer rows: a greater length is garbage. */
const LONGEST_ROW = 64 * 1024 * 1024;

/**
 * The rows of all tables of a damaged database file, page by page, with what its write-ahead log adds. It needs neither
 * the header nor the interior pages: every row whose own pages are intact is found, in no particular order. Incomplete
 * rows and unreadable pages are skipped.
 * @source https://sqlite.org/fileformat2.html, sections 1.2, 1.6 and 2.1
 */
export function* readPageRows(file: string): Generator<PageRow> {
  const wal = readWal(`${file}-wal`);
  const main = fs.openSync(file, "r");
  const log = wal === undefined || wal.offsets.size === 0 ? undefined : fs.openSync(`${file}-wal`, "r");
  try {
    const pageSize = wal?.pageSize ?? readPageSize(main);
    const pages = Math.ceil(fs.fstatSync(main).size / pageSize);
    const numbers = new Set(wal?.offsets.keys());
    for (let page = 1; page <= pages; page += 1) numbers.add(page);
    const read = (page: number): Buffer | undefined => {
      const offset = wal?.offsets.get(page);
      const buffer = Buffer.alloc(pageSize);
      const [handle, at] = offset === undefined || log === undefined ? [main, (page - 1) * pageSize] : [log, offset];
      try {
        return fs.readSync(handle, buffer, 0, pageSize, at) === pageSize ? buffer : undefined;
      } catch (error) {
        if (!isSystemError(error)) throw error;
        return undefined; // the disk cannot read this page any more; it may the next
      }
    };
    for (const number of numbers) {
      const page = read(number);
      if (page !== undefined) yield* readRows(page, number === 1 ? FILE_HEADER_BYTES : 0, read);
    }
  } finally {
    fs.closeSync(main);
    if (log !== undefined) fs.closeSync(log);
  }
}

function readPageSize(handle: number): number {
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  fs.readSync(handle, header, 0, FILE_HEADER_BYTES, 0);
  if (header.toString("latin1", 0, 15) !== "SQLite format 3") return DEFAULT_PAGE_SIZE;
  const size = header.readUInt16BE(16);
  const isPossible = size >= 512 && size <= 32_768 && (size & (size - 1)) === 0;
  if (size === 1) return 65_536;
  return isPossible ? size : DEFAULT_PAGE_SIZE;
}

function* readRows(page: Buffer, header: number, read: (page: number) => Buffer | undefined): Generator<PageRow> {
  if (page[header] !== TABLE_LEAF) return;
  const cells = page.readUInt16BE(header + 3);
  for (let index = 0; index < cells; index += 1) {
    const pointer = header + 8 + 2 * index;
    if (pointer + 2 > page.length) return;
    try {
      const row = rowAt(page, page.readUInt16BE(pointer), read);
      if (row !== undefined) yield row;
    } catch (error) {
      // Read past the end of the data: this row is incomplete, the next may not be.
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

function rowAt(page: Buffer, cell: number, read: (page: number) => Buffer | undefined): PageRow | undefined {
  const [length, afterLength] = varint(page, cell);
  const [rowid, start] = varint(page, afterLength);
  if (length > LONGEST_ROW || !Number.isSafeInteger(rowid)) return undefined;
  const payload = readPayload(page, start, length, read);
  if (payload === undefined) return undefined;
  const [headerEnd, first] = varint(payload, 0);
  const values: (string | number | null)[] = [];
  let at = headerEnd;
  for (let next = first; next < headerEnd;) {
    const [type, after] = varint(payload, next);
    next = after;
    const bytes = readSize(type);
    if (at + bytes > payload.length) return undefined;
    values.push(readValue(payload, at, type, bytes));
    at += bytes;
  }
  return { rowid, values };
}

/** The whole row, including its overflow pages. */
function readPayload(
  page: Buffer,
  start: number,
  length: number,
  read: (page: number) => Buffer | undefined,
): Buffer | undefined {
  const usable = page.length;
  const most = usable - 35;
  if (length <= most) return start + length <= usable ? page.subarray(start, start + length) : undefined;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const wanted = least + ((length - least) % (usable - 4));
  const local = wanted <= most ? wanted : least;
  const parts = [page.subarray(start, start + local)];
  let overflow = page.readUInt32BE(start + local);
  for (let left = length - local; left > 0; left -= usable - 4) {
    const next = overflow === 0 ? undefined : read(overflow);
    if (next === undefined) return undefined;
    parts.push(next.subarray(4, 4 + Math.min(left, usable - 4)));
    overflow = next.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

/** A variable-length integer and where it ends. Beyond 2⁵³ it is inexact, which no row of ours is. */
function varint(bytes: Buffer, from: number): readonly [value: number, end: number] {
  let value = 0;
  for (let index = 0; index < 9; index += 1) {
    const byte = bytes.readUInt8(from + index);
    if (index === 8) return [value * 256 + byte, from + 9];
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, from + index + 1];
  }
  return [value, from + 9];
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0] as const;

function readSize(type: number): number {
  return INTEGER_BYTES[type] ?? Math.floor((type - 12) / 2);
}

/** Blobs, which none of our tables have, are read as text. */
function readValue(payload: Buffer, at: number, type: number, bytes: number): string | number | null {
  if (type === 0) return null;
  if (type <= 5) return payload.readIntBE(at, bytes);
  if (type === 6) return Number(payload.readBigInt64BE(at));
  if (type === 7) return payload.readDoubleBE(at);
  if (type <= 9) return type - 8;
  return payload.toString("utf8", at, at + bytes);
}
