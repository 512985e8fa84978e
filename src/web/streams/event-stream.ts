import type { FastifyReply } from 'fastify'
import { keepOpen } from '../http-server.ts'

/** An answer that goes on: events for one page, as `text/event-stream` (WHATWG HTML 9.2). */
export type EventStream = {
  send(data: object): void
  /** Nothing new: keeps proxies from ending it, and finds out whether the page is still there. */
  beat(): void
  /** Ends it. `why` is told to the page, which goes on in another way. */
  end(why?: 'elsewhere'): void
}

/** What a page may leave unread: an event has less than a kilobyte, so a page with more unread has stopped reading. */
const mostUnreadBytes = 64 * 1024

/** Opens a stream; `onClose` is called once, whichever side ends it. */
export function openEventStream(reply: FastifyReply, onClose: () => void): EventStream {
  const { raw } = reply
  reply.hijack()
  keepOpen(raw)
  raw.once('close', onClose)
  // A page that is gone is not a fault of ours.
  raw.once('error', () => raw.destroy())
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would keep events until it has some kilobytes of them.
    'x-accel-buffering': 'no',
  })

  function write(text: string): void {
    if (raw.writableEnded || raw.destroyed) return
    raw.write(text)
    if (raw.writableLength > mostUnreadBytes) raw.destroy()
  }

  write('retry: 3000\n\n')
  return {
    send: (data) => write(`data: ${JSON.stringify(data)}\n\n`),
    beat: () => write(':\n\n'),
    end(why) {
      if (why !== undefined) write(`event: ${why}\ndata: {}\n\n`)
      raw.end()
    },
  }
}
