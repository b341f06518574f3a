import { t } from "../../../../base/text.ts";
import { CaseclockError } from "../../../../domain/errors.ts";

/** More pages than any real list has: a server that exceeds it never ends. */
const MAX_PAGES = 2_000;

/**
 * Reads pages by offset until the server's total is reached; ends also if the list grows or shrinks meanwhile.
 * @param size of a page, as asked for
 * @throws CaseclockError `billing.protocol` when there is no end
 */
export async function* readPagesByOffset<T>(
  size: number,
  read: (offset: number) => Promise<{ readonly page: T; readonly total: number }>,
): AsyncIterable<T> {
  for (let offset = 0; offset < MAX_PAGES * size; offset += size) {
    const { page, total } = await read(offset);
    yield page;
    if (offset + size >= total) return;
  }
  throw new CaseclockError("billing.protocol", t("a list does not end"));
}

/**
 * Reads pages one after the other, as long as each names a next one.
 * @throws CaseclockError `billing.protocol` when there is no end
 */
export async function* readPagesByCursor<T, C extends string | number>(
  first: C | undefined,
  read: (cursor: C | undefined) => Promise<{ readonly page: T; readonly next: C | undefined }>,
): AsyncIterable<T> {
  const seen = new Set<C>();
  let cursor = first;
  for (;;) {
    const { page, next } = await read(cursor);
    yield page;
    if (next === undefined) return;
    if (seen.has(next) || seen.size >= MAX_PAGES)
      throw new CaseclockError("billing.protocol", t("a list does not end"));
    seen.add(next);
    cursor = next;
  }
}

/** Reads pages until one is empty, for servers that give no total. @throws as `readPagesByCursor` */
export function readPagesUntilEmpty<T>(read: (page: number) => Promise<readonly T[]>): AsyncIterable<readonly T[]> {
  return readPagesByCursor<readonly T[], number>(1, async (number = 1) => {
    const page = await read(number);
    return { page, next: page.length === 0 ? undefined : number + 1 };
  });
}
