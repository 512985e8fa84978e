import { messageOf } from '../../support/index.ts'
import type { LogEvent } from '../log/events.ts'

/**
 * Keeps the process running when a promise rejects that no one waits for, and logs where the mistake is. Node would end
 * the process, and with it every sign-in that is open. Gives what ends it.
 */
export function surviveStrayRejections(log: (event: LogEvent) => void): () => void {
  const onRejection = (error: unknown) =>
    log({
      event: 'internal-error',
      where: 'a task in the background',
      detail: messageOf(error),
      ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
    })
  process.on('unhandledRejection', onRejection)
  return () => void process.off('unhandledRejection', onRejection)
}
