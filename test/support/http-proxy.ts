import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

export type HttpProxy = {
  readonly url: string
  /** What it was asked for: `host:port` of a tunnel, or a whole address. */
  readonly asked: readonly string[]
  stop(): Promise<void>
}

/** An HTTP proxy to servers of this machine, whatever name they were asked by. `refuses`: it answers 403 to everyone. */
export async function startHttpProxy(
  options: { readonly refuses?: true } = {},
): Promise<HttpProxy> {
  const asked: string[] = []
  const server = createServer((incoming, response) => {
    const { headers, method, url = '' } = incoming
    asked.push(url)
    if (options.refuses) {
      response.writeHead(403).end()
      return
    }
    const { pathname, port, search } = new URL(url)
    const sent = request(
      { host: '127.0.0.1', port, path: pathname + search, method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    incoming.pipe(sent)
  })
  server.on('connect', ({ url = '' }, browser) => {
    asked.push(url)
    if (options.refuses) {
      browser.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const through = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      browser.write('HTTP/1.1 200 Connection established\r\n\r\n')
      browser.pipe(through).pipe(browser)
    })
    for (const end of [browser, through]) end.on('error', () => through.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
