import { type Profiler, Session } from 'node:inspector/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A function that was called, and where it is in its file. */
export type FunctionRun = { readonly name: string; readonly start: number; readonly end: number }

/** By file, from the root of the repository: the functions of it that were called. */
export type FilesRun = ReadonlyMap<string, readonly FunctionRun[]>

export type Coverage = {
  /** The files of `src/` with a function that is called while `run` runs, in this thread and in its workers. */
  during(run: () => Promise<void>): Promise<FilesRun>
  stop(): void
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const start = { callCount: true, detailed: false }

/** Workers that start later are not seen. */
export async function startCoverage(): Promise<Coverage> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', start)
  const workers = await attachToWorkers(session)
  await workers.post('Profiler.enable')
  await workers.post('Profiler.startPreciseCoverage', start)

  async function take(): Promise<readonly Profiler.ScriptCoverage[]> {
    const here = await session.post('Profiler.takePreciseCoverage')
    const there = await workers.post('Profiler.takePreciseCoverage')
    return [here, ...(there as Profiler.TakePreciseCoverageReturnType[])].flatMap(
      ({ result }) => result,
    )
  }

  return {
    async during(run) {
      // Sets the counts to zero.
      await take()
      await run()
      return filesRun(await take())
    },
    stop: () => session.disconnect(),
  }
}

type Attached = { post(method: string, parameters?: object): Promise<readonly object[]> }

/** The protocol of a worker goes through the session of this thread, as text (domain NodeWorker). */
async function attachToWorkers(session: Session): Promise<Attached> {
  const ids: string[] = []
  const waiting = new Map<number, (result: object) => void>()
  let last = 0
  session.on('NodeWorker.attachedToWorker', ({ params }) => ids.push(params.sessionId))
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const { id, result } = JSON.parse(params.message)
    waiting.get(id)?.(result)
    waiting.delete(id)
  })
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  return {
    post: (method, params) =>
      Promise.all(
        ids.map((sessionId) => {
          last += 1
          const message = JSON.stringify({ id: last, method, params })
          const { promise, resolve } = Promise.withResolvers<object>()
          waiting.set(last, resolve)
          return session
            .post('NodeWorker.sendMessageToWorker', { message, sessionId })
            .then(() => promise)
        }),
      ),
  }
}

/** Without what a file does by itself when it is loaded: that is not a function of it. */
export function filesRun(scripts: readonly Profiler.ScriptCoverage[]): FilesRun {
  return join(
    scripts.map(({ url, functions }) => {
      const file = url.startsWith('file:') ? relative(root, fileURLToPath(url)) : ''
      const called = functions.flatMap(({ functionName: name, ranges: [whole] }) => {
        if (whole === undefined || whole.count === 0) return []
        const { startOffset: start, endOffset: end } = whole
        return name === '' && start === 0 ? [] : [{ name, start, end }]
      })
      return new Map(file.startsWith('src/') && called.length > 0 ? [[file, called]] : [])
    }),
  )
}

/** What ran in any of them. */
export function join(runs: readonly FilesRun[]): FilesRun {
  const all = new Map<string, FunctionRun[]>()
  for (const run of runs) {
    for (const [file, functions] of run) {
      const known = all.get(file) ?? []
      const more = functions.filter(({ start }) => !known.some((each) => each.start === start))
      all.set(file, [...known, ...more])
    }
  }
  return all
}
