import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createAppServers } from '../../src/compose/service/http.ts'
import type { Config } from '../../src/config/index.ts'
import { createDemoPhone } from '../../src/delivery/index.ts'
import { createPairings } from '../../src/operations/index.ts'
import { createLogger } from '../../src/ops/index.ts'
import { createContinuationSealer, createMemoryRegistry } from '../../src/signin/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import { systemClock as clock } from '../../src/support/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { load, valid } from '../config/load-text.ts'
import { freePort } from '../lab/port.ts'

const host = 'mfa.example.com'

describe('listeners of a service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-surfaces-'))
  const file = join(folder, 'holdfast.db')
  let store: Store
  before(async () => {
    const keyring = createKeyring({ current: Buffer.alloc(32, 1) })
    store = await openStore({ file, keyring, node: 'n' })
  })
  after(async () => {
    await store?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Runs the listeners of a configuration for as long as `use` takes. `current`: the configuration after a reload. */
  async function serve(
    config: Config,
    use: () => Promise<void>,
    current: () => Config = () => config,
  ): Promise<void> {
    const unasked = () => Promise.reject(new Error('not asked here'))
    const servers = await createAppServers(config, {
      clock,
      generation: () => ({
        ...{
          config: current(),
          directories: new Map(),
          portal: undefined,
          push: undefined,
          campaignFor: unasked,
        },
        ...{
          reach: { wayOf: () => undefined, sendCode: unasked, ring: unasked },
          texts: createTexts({ defaultLanguage: 'en' }),
        },
      }),
      registry: createMemoryRegistry(clock),
      pairings: createPairings(clock),
      continuationSealer: createContinuationSealer(),
      notices: { tell: () => undefined },
      self: unasked,
      storeFailed: () => undefined,
      opened: { store, master: Buffer.alloc(32), file, isNew: false, close: () => store.close() },
      demoPhone: createDemoPhone({ clock, print: () => undefined }),
      logger: createLogger({ level: 'error', format: 'human', stream: process.stderr, clock }),
      webhooks: () => [],
      isListening: () => true,
      isAccounting: () => undefined,
    })
    await servers.start()
    try {
      await use()
    } finally {
      await servers.stop()
    }
  }

  function ask(port: number, method: string, path: string, type?: string) {
    const headers = { host, ...(type === undefined ? {} : { 'content-type': type }) }
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sent = request(
        { port, host: '127.0.0.1', method, path, headers, agent: false },
        (response) => {
          let body = ''
          response.on('data', (chunk) => {
            body += String(chunk)
          })
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
        },
      )
      sent.on('error', reject)
      sent.end()
    })
  }

  const portal = (port: number, more = '', web = '') =>
    load(
      `${valid}web: { ${web} people: { listen: "127.0.0.1:${port}", public_url: "https://${host}" } }\n${more}`,
    )

  it('open no port that the file does not name', async () => {
    const port = await freePort()
    const error = await serve(load(valid), async () => {
      await ask(port, 'GET', '/')
    }).catch((each: unknown) => each)
    expect(String(error)).to.include('ECONNREFUSED')
  })

  it('show people neither health nor the demo phone', async () => {
    const port = await freePort()
    await serve(portal(port, 'http: { listen: "127.0.0.1:0" }\n'), async () => {
      for (const path of ['/healthz', '/readyz', '/demo/messages']) {
        const { body } = await ask(port, 'GET', path)
        expect(body, path).not.to.match(/^[[{]/)
      }
      expect((await ask(port, 'GET', '/api/look')).status).to.equal(200)
    })
  })

  it('take what providers tell at the portal, where there is no port for it', async () => {
    const port = await freePort()
    const form = 'application/x-www-form-urlencoded'
    const unsigned = () => ask(port, 'POST', '/twilio/voice/x', form)
    await serve(portal(port), async () => {
      // It came to the providers, none of whom has signed it; what people change stays guarded.
      expect((await unsigned()).body).not.to.include('not found')
      expect((await ask(port, 'POST', '/api/sign-out', form)).status).to.equal(403)
    })
    const own = `webhooks: { listen: "127.0.0.1:0", public_url: "https://calls.example.com" }\n`
    await serve(portal(port, own), async () => {
      expect(await unsigned()).to.deep.equal({ status: 404, body: '{"error":"not found"}' })
    })
  })

  it('show a new name of the company after a reload', async () => {
    const port = await freePort()
    let current = portal(port)
    await serve(
      current,
      async () => {
        const company = async () => JSON.parse((await ask(port, 'GET', '/api/look')).body).company
        expect(await company()).to.equal('Holdfast')
        current = portal(port, '', 'company: { name: Example },')
        expect(await company()).to.equal('Example')
      },
      () => current,
    )
  })
})
