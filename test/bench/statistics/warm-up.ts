import { orderOf, type PerSide, perSide } from './turns.ts'

/** A rate is stable when this many windows in a row lie within this share of their lowest. */
const stable = { windows: 3, within: 0.03 }
/** A rate that never settles, as on a busy machine, holds the run up no longer than this. */
const mostWindows = 12

export type WarmUp = {
  readonly windows: number
  /** False: the rate was still changing when the last window allowed had passed. */
  readonly isStable: boolean
}

/** Whether the last windows give the same rate: the compilers have settled and the caches are full. */
export function isStable(rates: readonly number[]): boolean {
  const last = rates.slice(-stable.windows)
  if (last.length < stable.windows) return false
  const least = Math.min(...last)
  return least > 0 && Math.max(...last) - least <= stable.within * least
}

/**
 * Runs windows of load on all sides in turn until the rate of each is stable, or `most` windows of each have
 * passed. All get as many, and none rests while another warms up: a process of Node that rests gives memory and
 * compiled code back, and would start the measurement colder.
 *
 * @param runWindow runs one window of a side and gives its rate, in requests a second
 */
export async function warmUp<Name extends string>(
  names: readonly Name[],
  runWindow: (name: Name) => Promise<number>,
  most = mostWindows,
): Promise<PerSide<Name, WarmUp>> {
  const rates = perSide(names, (): number[] => [])
  const areStable = () => names.every((name) => isStable(rates[name]))
  for (let window = 0; window < most && !areStable(); window += 1) {
    for (const name of orderOf(names, window)) rates[name].push(await runWindow(name))
  }
  return perSide(names, (name) => ({
    windows: rates[name].length,
    isStable: isStable(rates[name]),
  }))
}
