import { fork } from 'node:child_process'
import { once } from 'node:events'
import { stopOnExit } from '../../lab/child.ts'

export type Person = { readonly name: string; readonly password: string }

export type LoadJob = {
  readonly port: number
  /** Further servers: source ports ask all of them in turn. */
  readonly morePorts?: readonly number[]
  readonly secret: string
  /** One request each, in this order. */
  readonly people: readonly Person[]
  /** Source ports. Up to 256 requests can wait on each. */
  readonly sockets: number
  /** Requests in flight at most. */
  readonly window: number
  /** Sends at this rate whatever the replies do. Absent: as fast as replies come. */
  readonly perSecond?: number
  /** How long after the last sign of life what is missing counts as lost. */
  readonly timeoutMs: number
}

export type LoadResult = {
  readonly accepts: number
  readonly rejects: number
  readonly challenges: number
  readonly lost: number
  /** Replies that the secret does not fit. */
  readonly forged: number
  /** From the first packet sent to the last reply. */
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** A process that takes one job at a time. */
export type Tool<Job, Result> = {
  readonly pid: number
  run(job: Job): Promise<Result>
  stop(): void
}

export type Loader = Tool<LoadJob, LoadResult>

/** Starts the load process of load.ts. */
export function startLoader(): Loader {
  return startTool('./load.ts')
}

/** Starts a script beside this file that answers each job with `{ result }` or `{ error }`. */
export function startTool<Job extends object, Result>(file: string): Tool<Job, Result> {
  const child = fork(new URL(file, import.meta.url), { serialization: 'advanced' })
  stopOnExit(child, () => {})
  return {
    pid: child.pid ?? 0,
    async run(job) {
      child.ref()
      child.channel?.ref()
      child.send(job)
      const [answer] = await once(child, 'message')
      child.channel?.unref()
      if ('error' in answer) throw new Error(`${file}: ${answer.error}`)
      return answer.result
    },
    stop() {
      if (child.connected) child.disconnect()
    },
  }
}
