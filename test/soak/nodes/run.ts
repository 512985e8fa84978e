import { setTimeout as sleep } from 'node:timers/promises'
import { type Nodes, type NodesOptions, startNodes } from '../../lab/nodes/pair.ts'
import { type Crowd, type CrowdOptions, crowdUsers, enrolCrowd, startCrowd } from './crowd.ts'
import type { Fault } from './faults.ts'
import { type Period, type PeriodRow, rowsOf, tableOf } from './report.ts'

/** Whether the short form is wanted: `npm run soak -- nodes --quick`. */
export const isQuick = process.env.HOLDFAST_SOAK === 'quick'

/** No one signs in as often as these people, and as badly. */
const limits = {
  prompts_per_user_hour: 1_000,
  prompts_per_number_hour: 1_000,
  prompts_per_prefix_hour: 100_000,
  prompts_per_day: 1_000_000,
}
const lockout = { slow_after: 100, lock_after: 100 }

/** Two nodes under a crowd. */
export type Run = { readonly nodes: Nodes; readonly crowd: Crowd; stop(): Promise<void> }

export type RunOptions = Omit<CrowdOptions, 'nodes' | 'schedule' | 'rounds'> &
  Partial<Pick<CrowdOptions, 'schedule' | 'rounds'>> &
  Omit<NodesOptions, 'users' | 'more' | 'count'>

/** A gateway sends every 2 s, three times to each server, and goes through both three times, unless it is said. */
export async function startRun(options: RunOptions): Promise<Run> {
  const nodes = await startCrowdNodes(options, options.people)
  try {
    const schedule = { tries: 3, everyMs: 2_000 }
    const crowd = await startCrowd({ rounds: 3, schedule, ...options, nodes })
    return {
      ...{ nodes, crowd },
      async stop() {
        await crowd.end()
        await nodes.stop()
      },
    }
  } catch (error) {
    await nodes.stop()
    throw error
  }
}

/** The nodes alone, with so many people who have a token each. */
export async function startCrowdNodes(
  options: Omit<NodesOptions, 'users' | 'more' | 'count'>,
  people: number,
): Promise<Nodes> {
  const nodes = await startNodes({
    ...options,
    ...{ users: crowdUsers(people), more: { limits, lockout } },
  })
  try {
    await enrolCrowd(nodes, people)
    return nodes
  } catch (error) {
    await nodes.stop()
    throw error
  }
}

/** Lets these strike one after the other, so many in all, and prints a table of what became of the crowd. */
export async function strikeInTurn(
  { nodes, crowd }: Run,
  faults: readonly Fault[],
  { everyMs, strikes }: { readonly everyMs: number; readonly strikes: number },
): Promise<readonly PeriodRow[]> {
  const periods: Period[] = [{ name: 'no fault', fromMs: performance.now() }]
  await sleep(everyMs)
  for (let struck = 0; struck < strikes; struck += 1) {
    const fault = faults[struck % faults.length]
    if (fault === undefined) break
    periods.push({ name: fault.name, fromMs: performance.now() })
    await Promise.all([fault.strike(nodes), sleep(everyMs)])
  }
  const endMs = performance.now()
  await crowd.end()
  const rows = rowsOf(periods, crowd.lived, endMs)
  console.log(tableOf(rows))
  return rows
}
