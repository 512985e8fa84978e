import { fork } from 'node:child_process'
import { once } from 'node:events'
import { stopOnExit } from '../../lab/child.ts'
import { profilerFlags } from './profile.ts'

/** A server of the bench in a process of its own. */
export type ServerScript = {
  readonly pid: number
  readonly port: number
  /** Sends a question and gives the answer; one at a time. */
  ask(question: unknown): Promise<unknown>
  stop(): Promise<void>
}

/** Starts a script beside this file that ends with `serveParent`. */
export async function startServerScript(
  file: string,
  execArgv: readonly string[] = [],
  args: readonly string[] = [],
): Promise<ServerScript> {
  const child = fork(new URL(file, import.meta.url), args, {
    execArgv: [...execArgv, ...profilerFlags()],
    serialization: 'advanced',
  })
  stopOnExit(child, () => {})
  const waiting: ((message: unknown) => void)[] = []
  child.on('message', (message) => waiting.shift()?.(message))
  const gone = once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended`)))
  gone.catch(() => {})
  const answer = async (): Promise<unknown> => {
    child.ref()
    child.channel?.ref()
    const message = await Promise.race([
      new Promise<unknown>((resolve) => waiting.push(resolve)),
      gone,
    ])
    child.unref()
    child.channel?.unref()
    return message
  }
  const port = Number(await answer())
  return {
    pid: child.pid ?? 0,
    port,
    ask(question) {
      child.send(question as object)
      return answer()
    },
    async stop() {
      child.ref()
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

/** The script's side: says where it listens, answers questions, and ends when the parent has gone. */
export function serveParent(
  port: number,
  answer: (question: unknown) => unknown = () => undefined,
): void {
  process.on('message', async (question) => process.send?.({ answer: await answer(question) }))
  process.once('disconnect', () => process.exit())
  process.send?.(port)
}
