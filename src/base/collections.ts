/** Orders keys and days by UTF-16 units, the same on every computer. For texts that people read use `Intl.Collator`. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Appends to the list at `key`, created if absent. To group a whole list at once use `Map.groupBy`. */
export function appendTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
