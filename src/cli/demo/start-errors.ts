import { connectAdmin } from '../../ops/index.ts'
import { CliError } from '../errors.ts'
import type { CliIo } from '../io.ts'
import { type DemoFile, demoFilePath, readDemoFile } from './file.ts'

/** The demo of this user that runs at this moment, as far as one can be found. */
export async function findRunningDemo({ env, uid }: CliIo): Promise<DemoFile | undefined> {
  try {
    const demo = readDemoFile(demoFilePath(env, uid), uid)
    if (demo === undefined) return undefined
    const connection = await connectAdmin(demo.socket)
    connection.close()
    return demo
  } catch {
    // A file that is not ours, or of a demo that was killed: it is ignored.
    return undefined
  }
}

/** What a start failed with, and what to do where something else has its port or its socket. */
export async function explainStart(error: unknown, io: CliIo): Promise<unknown> {
  if (!(error instanceof Error) || !isTaken(error)) return error
  const demo = await findRunningDemo(io)
  const remedy =
    demo === undefined
      ? 'Does Holdfast run already? `ss -lunpt` shows what listens where: stop that, or change the configuration (listen, accounting, http, admin_socket).'
      : `A demo of yours runs already: process ${demo.pid}, with ${demo.config}. Stop it with Ctrl-C where it runs, or with kill ${demo.pid}; or let this one have a listen, accounting, http and admin_socket of its own.`
  return new CliError('place-taken', `${error.message}\n${remedy}`, { cause: error })
}

/** EADDRINUSE of the HTTP listener itself, or as the cause of ListenError. */
function isTaken(error: Error): boolean {
  return ['socket-in-use', 'EADDRINUSE'].some(
    (code) => hasCode(error, code) || hasCode(error.cause, code),
  )
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
