import { t } from "../../../../base/text.ts";
import { CaseclockError } from "../../../../domain/errors.ts";

/** More pages than any honest list has: then the server does not come to an end. */
const MAX_PAGES = 2_000;

/**
 * Pages by offset, until as many are seen as the server says there are; a list that grows or shrinks meanwhile ends all the same.
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
 * Pages one after the other, as long as each says that there is a next one.
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

/** Pages from the first on until one is empty, where nothing says how many there are. @throws as `readPagesByCursor` */
export function readPagesUntilEmpty<T>(read: (page: number) => Promise<readonly T[]>): AsyncIterable<readonly T[]> {
  return readPagesByCursor<readonly T[], number>(1, async (number = 1) => {
    const page = await read(number);
    return { page, next: page.length === 0 ? undefined : number + 1 };
  });
}
