import { inTurns, orderOf, type PerSide, perSide } from '../statistics/turns.ts'
import { type WarmUp, warmUp } from '../statistics/warm-up.ts'
import { inAll, type Measured } from './measured.ts'

/** A server under load, started for one round. */
export type Side = {
  /** One window of load to warm it up. */
  warm(): Promise<Measured>
  /** One slice of the load that is measured, counted from 0. */
  slice(index: number): Promise<Measured>
  stop(): Promise<void>
}

/** What a side did in one round. */
export type Round = Measured & { readonly warmUp: WarmUp }

type Plan<Name extends string> = {
  readonly names: readonly Name[]
  readonly rounds: number
  /** How many slices of each side are measured in a round. */
  readonly slices: number
  readonly start: (name: Name) => Promise<Side>
  /** How many windows of warm-up there may be at most. */
  readonly mostWindows?: number | undefined
  /** Gets a line of progress now and then. */
  readonly say: (line: string) => void
}

/**
 * Compares sides in rounds. In each round every side starts again; all are warmed up in turn until their rates are
 * stable, and then measured in slices, in turn again. So all are equally slowed by whatever else the machine does.
 */
export async function runRounds<Name extends string>(
  plan: Plan<Name>,
): Promise<PerSide<Name, readonly Round[]>> {
  const results = perSide(plan.names, (): Round[] => [])
  for (let round = 1; round <= plan.rounds; round += 1) {
    const say = (line: string) => plan.say(`round ${round} of ${plan.rounds}: ${line}`)
    const done = await runRound({ ...plan, names: orderOf(plan.names, round - 1), say })
    for (const name of plan.names) results[name].push(done[name])
  }
  return results
}

async function runRound<Name extends string>({
  names,
  slices,
  start,
  mostWindows,
  say,
}: Plan<Name>): Promise<PerSide<Name, Round>> {
  const sides = new Map<Name, Side>()
  const sideOf = (name: Name) => {
    const side = sides.get(name)
    if (side === undefined) throw new Error(`${name} was not started`)
    return side
  }
  try {
    for (const name of names) sides.set(name, await start(name))
    const warm = async (name: Name) => (await sideOf(name).warm()).perSecond
    const warmUps = await warmUp(names, warm, mostWindows)
    say('warmed up')
    const measured = await inTurns(names, slices, (name, index) => sideOf(name).slice(index))
    return perSide(names, (name) => {
      const round = { ...inAll(measured[name]), warmUp: warmUps[name] }
      say(`${name}: ${describe(round)}`)
      return round
    })
  } finally {
    for (const side of sides.values()) await side.stop()
  }
}

function describe({ cpuMicros, perSecond, warmUp: { windows, isStable } }: Round): string {
  const warmed = `${isStable ? 'stable' : 'not stable'} after ${windows} windows`
  return `${cpuMicros.toFixed(1)} µs of CPU each, ${perSecond.toFixed(0)} a second, ${warmed}`
}
