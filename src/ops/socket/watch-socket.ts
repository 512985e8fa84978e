import { lstatSync, type Stats } from 'node:fs'
import type { Clock, Timer } from '../../support/index.ts'
import { explain } from '../log/explain.ts'
import type { Logger } from '../log/logger.ts'
import type { AdminSocket } from './socket.ts'

const everyMs = 5_000

/**
 * Listens for commands, and listens again when the socket's file is gone: otherwise every command would find no
 * service, and try to open the store itself. A file that another process has put there is left alone, and the log says
 * so. Rejects as the first `start` does.
 */
export async function watchSocket(
  path: string,
  start: () => Promise<AdminSocket>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Pick<Logger, 'log'> },
): Promise<AdminSocket> {
  let socket = await start()
  let own = find(path)
  let timer: Timer | undefined
  let looking: Promise<void> = Promise.resolve()
  let isStopped = false
  let isTaken = false

  async function look(): Promise<void> {
    const now = find(path)
    if (now !== undefined) {
      if (!isOwn(now) && !isTaken) logger.log({ event: 'socket-taken', path })
      isTaken = !isOwn(now)
      return
    }
    // Closing takes the name away, so it comes before the new one.
    await socket.close()
    socket = await start()
    own = find(path)
    isTaken = false
    logger.log({ event: 'socket-restored', path })
  }

  function isOwn({ dev, ino }: Stats): boolean {
    return dev === own?.dev && ino === own.ino
  }

  function plan(): void {
    timer = clock.after(everyMs, () => {
      looking = look()
        .catch((error: unknown) =>
          logger.log({ event: 'socket-not-restored', path, ...explain(error) }),
        )
        .finally(() => {
          if (!isStopped) plan()
        })
    })
  }

  plan()
  return {
    async close() {
      isStopped = true
      timer?.cancel()
      await looking
      await socket.close()
    },
  }
}

function find(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
