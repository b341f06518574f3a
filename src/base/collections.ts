/** Orders texts by their UTF-16 units, the same on every computer: for keys and days. What a person reads takes `Intl.Collator`. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Appends to the list at `key`, which begins with the first value. For a whole list at once there is `Map.groupBy`. */
export function appendTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
