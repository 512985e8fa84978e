import { type IncomingHttpHeaders, request } from 'node:http'

/** What a page hears over a stream, one block after the other. */
export type EventReader = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /**
   * The data of the next event; `elsewhere` as the server says it, `end` once there is none any more. Comments and `retry`
   * are counted only.
   */
  next(): Promise<unknown>
  readonly comments: number
  /** The body of an answer that is not a stream. */
  readonly text: string
  /** Ends it from this side. */
  close(): void
}

type Asked = {
  readonly port: number
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
  /** Takes nothing from the connection, as a page on a phone that sleeps. */
  readonly isAsleep?: boolean
}

/** Opens a stream with a POST, as a page would. */
export function openEvents({ body, headers, isAsleep, path, port }: Asked): Promise<EventReader> {
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ host: '127.0.0.1', port, method: 'POST', path, agent: false },
      headers: { 'content-type': 'application/json', ...headers },
    })
    asked.once('error', reject)
    asked.once('response', (response) => {
      const waiting: ((event: unknown) => void)[] = []
      const ready: unknown[] = []
      let isOver = false
      let comments = 0
      let text = ''
      let rest = ''
      const tell = (event: unknown) => {
        const next = waiting.shift()
        if (next === undefined) ready.push(event)
        else next(event)
      }
      const end = () => {
        isOver = true
        for (const next of waiting.splice(0)) next('end')
      }
      response.setEncoding('utf8')
      if (isAsleep !== true) {
        response.on('data', (chunk: string) => {
          text += chunk
          rest += chunk
          const blocks = rest.split('\n\n')
          rest = blocks.pop() ?? ''
          for (const block of blocks) {
            if (block === ':') comments += 1
            else if (block.startsWith('event: ')) tell(block.split('\n')[0]?.slice(7))
            else if (block.startsWith('data: ')) tell(JSON.parse(block.slice(6)))
          }
        })
      }
      response.on('error', end)
      response.once('close', end)
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        next: async () => {
          if (ready.length > 0) return ready.shift()
          return isOver ? 'end' : new Promise((told) => waiting.push(told))
        },
        get comments() {
          return comments
        },
        get text() {
          return text
        },
        close: () => asked.destroy(),
      })
    })
    asked.end(JSON.stringify(body ?? {}))
  })
}
