import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createAppServers } from '../../src/compose/service/http.ts'
import type { Config } from '../../src/config/index.ts'
import { createDemoPhone } from '../../src/delivery/index.ts'
import { createPairingMemory, createPairings } from '../../src/operations/index.ts'
import { createLogger } from '../../src/ops/index.ts'
import { createContinuationSealer, createMemoryRegistry } from '../../src/signin/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import { systemClock as clock } from '../../src/support/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { load, valid } from '../config/load-text.ts'
import { freePort } from '../lab/port.ts'
import { portalRoutes } from '../portal/route-table.ts'
import { listeningPorts } from './listening-ports.ts'

const host = 'mfa.example.com'
const json = 'application/json'
const hosts = { people: host, console: 'admin.example.com', api: 'api.example.com' }

const logger = createLogger({ level: 'error', format: 'human', stream: process.stderr, clock })

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
      pairings: createPairings(clock, createPairingMemory(clock)),
      continuationSealer: createContinuationSealer(),
      notices: { tell: () => undefined },
      self: unasked,
      storeFailed: () => undefined,
      opened: {
        store,
        master: Buffer.alloc(32),
        name: file,
        scratchFolder: file,
        isNew: false,
        close: () => store.close(),
      },
      demoPhone: createDemoPhone({ clock, print: () => undefined }),
      logger,
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

  function ask(
    port: number,
    method: string,
    path: string,
    type?: string,
    host = hosts.people,
    more: Record<string, string> = {},
  ) {
    const headers = { ...more, host, ...(type === undefined ? {} : { 'content-type': type }) }
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sent = request(
        { port, host: '127.0.0.1', method, path, headers, agent: false },
        (response) => {
          let body = ''
          response.setEncoding('utf8')
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

  const surface = (name: keyof typeof hosts, port: number) =>
    `${name}: { listen: "127.0.0.1:${port}", public_url: "https://${hosts[name]}" }`

  const portal = (port: number, more = '', web = '') =>
    load(
      `${valid}web: { ${web} people: { listen: "127.0.0.1:${port}", public_url: "https://${host}" } }\n${more}`,
    )

  it('open no port that the file does not name', async () => {
    const before = listeningPorts()
    const expectOpen = async (ports: readonly number[]) =>
      void expect(listeningPorts().filter((port) => !before.includes(port))).to.have.members([
        ...ports,
      ])
    await serve(load(valid), () => expectOpen([]))
    const [people, console, api] = [await freePort(), await freePort(), await freePort()]
    const text = {
      people: surface('people', people),
      console: surface('console', console),
      api: surface('api', api),
    }
    for (const [names, ports] of [
      [['people'], [people]],
      [['console'], [console]],
      [['api'], [api]],
      [
        ['people', 'console', 'api'],
        [people, console, api],
      ],
    ] as const) {
      const web = names.map((name) => text[name]).join(', ')
      await serve(load(`${valid}web: { ${web} }\n`), () => expectOpen(ports))
    }
    await expectOpen([])
  })

  it('answer nothing of people’s, health, webhooks or the demo at console and API, and the other way round', async () => {
    const ports = { people: await freePort(), console: await freePort(), api: await freePort() }
    const names = ['people', 'console', 'api'] as const
    const web = names.map((name) => surface(name, ports[name])).join(', ')
    const paths = [
      ...(await portalRoutes()).map(({ url }) => url.replace('*', 'x')),
      ...[
        '/healthz',
        '/readyz',
        '/demo/',
        '/demo/messages',
        '/twilio/voice/x',
        '/sw.js',
        '/icon.svg',
      ],
    ]
    await serve(load(`${valid}web: { ${web} }\n`), async () => {
      for (const path of new Set(paths)) {
        if (path === '/problem.css') continue
        for (const method of ['GET', 'POST'] as const) {
          const type = method === 'POST' ? json : undefined
          const ofConsole = await ask(ports.console, method, path, type, hosts.console)
          expect(ofConsole.body, path).to.match(/^<!doctype html>/)
          expect(ofConsole.status, path).to.be.oneOf([403, 404])
          const ofApi = await ask(ports.api, method, path, type, hosts.api)
          expect(JSON.parse(ofApi.body), path).to.have.property('reason', 'nothing-here-yet')
        }
      }
      // Each answers to its own name only.
      expect((await ask(ports.console, 'GET', '/')).status).to.equal(421)
      expect((await ask(ports.api, 'GET', '/')).status).to.equal(421)
      expect((await ask(ports.people, 'GET', '/', undefined, hosts.console)).status).to.equal(421)
      const { body } = await ask(ports.people, 'GET', '/')
      expect(body).not.to.include('The console is not here yet').and.not.include('nothing-here-yet')
    })
  })

  it('show health and the demo phone of a demo at people alone', async () => {
    const [people, console] = [await freePort(), await freePort()]
    const demo = load(`insecure_demo: true
store: temporary
listen: ["127.0.0.1:1812"]
http: { listen: "127.0.0.1:${people}" }
webhooks: { listen: "127.0.0.1:0", public_url: "https://calls.example.com" }
directories: { people: { type: local, users: {} } }
gateways: { vpn: { address: 127.0.0.1, secret: testing123 } }
web:
  people: { listen: "127.0.0.1:${people}", public_url: "http://localhost:${people}" }
  console: { listen: "127.0.0.1:${console}", public_url: "http://localhost:${console}" }
`)
    await serve(demo, async () => {
      for (const path of ['/healthz', '/demo/messages']) {
        expect((await ask(people, 'GET', path, undefined, 'localhost')).status, path).to.equal(200)
        expect((await ask(console, 'GET', path, undefined, 'localhost')).status, path).to.equal(404)
      }
    })
  })

  it('take no change from another port of their host, whatever cookies come with it', async () => {
    const ports = { people: await freePort(), console: await freePort() }
    const origins = { people: `https://${host}`, console: `https://${host}:8444` }
    const web = (['people', 'console'] as const).map(
      (name) => `${name}: { listen: "127.0.0.1:${ports[name]}", public_url: "${origins[name]}" }`,
    )
    const cookie = ['holdfast', 'holdfast-step', 'holdfast-console']
      .map((name) => `__Host-${name}=${'x'.repeat(43)}`)
      .join('; ')
    await serve(load(`${valid}web: { ${web.join(', ')} }\n`), async () => {
      for (const [to, from, status] of [
        ['people', 'console', 403],
        ['console', 'people', 403],
        // Past the guard: no one is signed in there, and there is just nothing here.
        ['people', 'people', 401],
        ['console', 'console', 404],
      ] as const) {
        const answer = await ask(ports[to], 'POST', '/api/sessions/end', json, host, {
          ...{ cookie, origin: origins[from], 'sec-fetch-site': 'same-origin' },
        })
        expect(answer.status, `${from} to ${to}`).to.equal(status)
      }
    })
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
