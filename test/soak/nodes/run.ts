import { type Nodes, type NodesOptions, startNodes } from '../../lab/nodes/pair.ts'
import { type Crowd, type CrowdOptions, crowdUsers, enrolCrowd, startCrowd } from './crowd.ts'

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

/** A gateway sends every 2 s, three times to each server, and goes through both `rounds` times. */
export async function startRun(
  options: Omit<CrowdOptions, 'nodes' | 'schedule' | 'rounds'> &
    Pick<NodesOptions, 'patience' | 'environment' | 'moreHosts'> & { readonly rounds?: number },
): Promise<Run> {
  const { people, patience, environment, moreHosts } = options
  const nodes = await startNodes({
    ...{ users: crowdUsers(people), more: { limits, lockout } },
    ...(patience !== undefined && { patience }),
    ...(environment !== undefined && { environment }),
    ...(moreHosts !== undefined && { moreHosts }),
  })
  try {
    await enrolCrowd(nodes, people)
    const schedule = { tries: 3, everyMs: 2_000 }
    const crowd = await startCrowd({ rounds: 3, ...options, nodes, schedule })
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
