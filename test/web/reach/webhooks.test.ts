import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import {
  checkWebhookReach,
  createHttpServer,
  createReachProbe,
  type HttpServer,
  type ReachProbe,
  twilioWebhookPlugin,
} from '../../../src/web/index.ts'

const key = new Uint8Array(32).fill(4)
const signal = new AbortController().signal

describe('asking the addresses of webhooks', () => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  async function listener(probe: ReachProbe, publicUrl?: string): Promise<string> {
    const server: HttpServer = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      ...{ watch: probe.watch, ...(publicUrl !== undefined && { publicUrl }) },
      plugins: [twilioWebhookPlugin(async () => ({ status: 403, body: '' }), ['/mfa'])],
    })
    ends.push(() => server.stop())
    const { port } = await server.start()
    return `http://127.0.0.1:${port}/mfa`
  }

  /** Something that answers, and is not ours. */
  async function stranger(status: number): Promise<string> {
    const server = createServer((_incoming, outgoing) => outgoing.writeHead(status).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ends.push(() => new Promise((resolve) => server.close(resolve)))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const ask = (probe: ReachProbe, ...publicUrls: string[]) =>
    checkWebhookReach({ probe, publicUrls, signal, listen: '127.0.0.1:8081' })

  it('says which node answers at each of them (O15)', async () => {
    const probe = createReachProbe(key)
    const [own, other] = [await listener(probe), await listener(createReachProbe(key))]
    expect(await ask(probe, own, other)).to.deep.equal([
      {
        ...{ area: 'web', what: 'webhooks.public_url', state: 'ok', remedy: '' },
        detail: `${own} answers, from this node`,
      },
      {
        ...{ area: 'web', what: 'webhooks.public_url', state: 'ok', remedy: '' },
        detail: `${other} answers, from another node`,
      },
    ])
  })

  it('takes no stranger for a node', async () => {
    const probe = createReachProbe(key)
    const rows = await ask(
      probe,
      await stranger(404),
      await listener(createReachProbe(new Uint8Array(32))),
    )
    expect(rows.map(({ state }) => state)).to.deep.equal(['failed', 'failed'])
    for (const { detail, remedy } of rows) {
      expect(detail).to.include('another server answers there (404)')
      expect(remedy).to.match(/^Let http:.* lead to a node.*127\.0\.0\.1:8081/)
    }
  })

  it('warns where nothing answers, which may be well from outside', async () => {
    const [row] = await ask(createReachProbe(key), 'http://127.0.0.1:1')
    expect(row).to.include({ state: 'warning' })
    expect(row?.detail).to.match(/does not answer this machine: .*ECONNREFUSED/)
  })
})
