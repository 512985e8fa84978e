/**
 * Takes the first `count` entries out of a Map, 1 or more, and gives their values. Several at a time are worth it: each
 * look from the front steps over the places of thousands that were deleted there. An iterator kept instead would keep
 * every table that the Map has outgrown.
 */
export function takeOldest<Value>(map: Map<unknown, Value>, count: number): readonly Value[] {
  const taken: Value[] = []
  for (const [key, value] of map) {
    map.delete(key)
    taken.push(value)
    if (taken.length >= count) break
  }
  return taken
}
