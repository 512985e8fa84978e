import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type AgentRequest = {
  /** Whether the connection proves who it is. */
  readonly isProven: boolean
  readonly operation: string
  readonly args: unknown
}
export type AgentAnswer =
  | { readonly result: unknown }
  | { readonly code: string; readonly text: string }

/** A person with an account of the machine of their own, who has nothing but one socket. */
export type Agent = {
  /** The name of that account. */
  readonly name: string
  readonly uid: number
  ask(operation: string, args?: unknown): Promise<AgentAnswer>
  /** The same without a proof of the caller. */
  askUnproven(operation: string, args?: unknown): Promise<AgentAnswer>
  leave(): void
}

/** Runs as this user of the machine, in this group. Needs root. `says`: who they claim to be. */
export function startAgent(
  name: string,
  { gid, socket, says }: { readonly gid: number; readonly socket: string; readonly says: string },
): Agent {
  const uid = Number(execFileSync('id', ['-u', name]).toString())
  const words = [socket, says, String(uid), String(gid)]
  const child: ChildProcess = fork(join(import.meta.dirname, 'agent-child.ts'), words, {
    ...{ cwd: '/', execArgv: [] },
    env: { PATH: process.env.PATH },
  })
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${name} has left`)))
  ended.catch(() => undefined)
  let earlier: Promise<unknown> = Promise.resolve()

  function send(request: AgentRequest): Promise<AgentAnswer> {
    const next = earlier.then(async () => {
      child.send(request)
      const [answer] = await Promise.race([once(child, 'message'), ended])
      return answer as AgentAnswer
    })
    earlier = next.catch(() => undefined)
    return next
  }

  return {
    ...{ name, uid },
    ask: (operation, args = {}) => send({ isProven: true, operation, args }),
    askUnproven: (operation, args = {}) => send({ isProven: false, operation, args }),
    leave: () => child.kill(),
  }
}
