/** A value for each side of a comparison. */
export type PerSide<Name extends string, Value> = Readonly<Record<Name, Value>>

/** Makes the value of each side. */
export function perSide<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): PerSide<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>
}

/**
 * The order of the sides in this turn, counted from 0: every second one is reversed, so that a machine that
 * slows down steadily slows no side more than another.
 */
export function orderOf<Name>(names: readonly Name[], turn: number): readonly Name[] {
  return turn % 2 === 0 ? names : names.toReversed()
}

/** Runs sides in turn, each as often as there are turns, and gives the results of each in their order. */
export async function inTurns<Name extends string, Result>(
  names: readonly Name[],
  turns: number,
  run: (name: Name, turn: number) => Promise<Result>,
): Promise<PerSide<Name, readonly Result[]>> {
  const results = perSide(names, (): Result[] => [])
  for (let turn = 0; turn < turns; turn += 1) {
    for (const name of orderOf(names, turn)) results[name].push(await run(name, turn))
  }
  return results
}
