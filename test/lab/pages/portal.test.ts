import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { CheckRow } from '../../../src/operations/index.ts'
import { makeCertificates } from '../certificates.ts'
import { stopOnExit } from '../child.ts'
import { needProgram, needRoot } from '../need.ts'
import { freePort, untilPort } from '../port.ts'
import { type Service, startService } from '../service.ts'
import { administer, lastingConfig } from '../service-config.ts'
import { merge, type PageBlock, parseBlocks, settingsOf } from './page.ts'

const page = parseBlocks(
  readFileSync(new URL('../../../docs/how-to/portal.md', import.meta.url), 'utf8'),
)

type Recipe = {
  readonly program: string
  /** The word after the fence of its block. */
  readonly language: string
  /** The program's own file around the recipe, which is at `recipe`. */
  readonly around: (place: Place) => string
  readonly args: (file: string, place: Place) => readonly string[]
}
type Place = { readonly folder: string; readonly recipe: string; readonly port: number }

const apacheModules = ['mpm_event', 'authz_core', 'ssl', 'proxy', 'proxy_http']

const recipes: readonly Recipe[] = [
  {
    ...{ program: 'nginx', language: 'nginx' },
    around: ({ folder, recipe }) => `
      daemon off; user root; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
      events {}
      http { access_log off; include ${recipe}; }`,
    args: (file, { folder }) => ['-c', file, '-p', folder, '-e', join(folder, 'nginx.log')],
  },
  {
    ...{ program: 'caddy', language: 'caddy' },
    // Its own ports, for certificates and for administrators, may be taken here.
    around: ({ recipe }) =>
      `{\n  admin off\n  auto_https disable_redirects\n}\n${readFileSync(recipe, 'utf8')}`,
    args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  },
  {
    ...{ program: 'haproxy', language: 'haproxy' },
    around: ({ recipe }) => readFileSync(recipe, 'utf8'),
    args: (file) => ['-db', '-f', file],
  },
  {
    ...{ program: 'apache2', language: 'apache' },
    around: ({ folder, recipe, port }) =>
      [
        `ServerRoot ${folder}`,
        ...['ServerName localhost', `DefaultRuntimeDir ${folder}`, `PidFile ${folder}/apache.pid`],
        ...['User www-data', 'Group www-data', `ErrorLog ${folder}/apache.log`],
        ...apacheModules.map(
          (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
        ),
        ...[`Listen ${port}`, `Include ${recipe}`, ''],
      ].join('\n'),
    args: (file) => ['-DFOREGROUND', '-f', file],
  },
]

describe('the portal as docs/how-to/portal.md sets it up', function () {
  this.timeout(600_000)
  this.slow(20_000)
  let folder = ''
  let ca = ''
  /** Where proxies, and Holdfast with a certificate, are asked; and where Holdfast is behind a proxy. */
  let port = 0
  let behind = 0

  before(async function () {
    needRoot(this)
    for (const { program } of recipes) needProgram(program, this)
    folder = mkdtempSync(join(tmpdir(), 'holdfast-portal-'))
    const made = await makeCertificates(folder, ['DNS:localhost'])
    ca = made.ca
    for (const [name, files] of [
      ['mfa.pem', [made.certificateFile]],
      ['mfa.key', [made.keyFile]],
      ['mfa-with-key.pem', [made.certificateFile, made.keyFile]],
    ] as const) {
      writeFileSync(join(folder, name), files.map((file) => readFileSync(file, 'utf8')).join(''))
    }
    ;[port, behind] = [await freePort(), await freePort()]
  })
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true })
  })

  /** The blocks of a kind with our name, ports and files. */
  function blocksOf(language: string): readonly PageBlock[] {
    return page
      .filter((block) => block.language === language)
      .map((block) => ({
        ...block,
        text: block.text
          .replaceAll('https://mfa.example.com', `https://localhost:${port}`)
          .replaceAll('0.0.0.0:443', `127.0.0.1:${port}`)
          .replaceAll('mfa.example.com {', `localhost:${port} {`)
          .replaceAll('mfa.example.com', 'localhost')
          .replaceAll(/\b443\b/g, String(port))
          .replaceAll(/\b8443\b/g, String(behind))
          .replaceAll(/\/etc\/(?:ssl|holdfast\/tls)\//g, `${folder}/`),
      }))
  }

  async function serve(block: PageBlock | undefined): Promise<Service> {
    expect(block, 'the page has no settings').not.to.equal(undefined)
    process.env.NODE_EXTRA_CA_CERTS = join(folder, 'ca.pem')
    try {
      const settings = settingsOf(block === undefined ? [] : [block])
      return await startService((place) => JSON.stringify(merge(lastingConfig(place), settings)))
    } finally {
      delete process.env.NODE_EXTRA_CA_CERTS
    }
  }

  async function run({ program, language, around, args }: Recipe): Promise<ChildProcess> {
    const [block] = blocksOf(language)
    if (block === undefined) throw new Error(`docs/how-to/portal.md has no recipe for ${program}`)
    const place = { folder, port, recipe: join(folder, `${program}-recipe`) }
    writeFileSync(place.recipe, block.text)
    const file = join(folder, `${program}.conf`)
    writeFileSync(file, around(place))
    const log = openSync(join(folder, `${program}-output`), 'w')
    const child = spawn(program, args(file, place), {
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, HOME: folder },
      stdio: ['ignore', log, log],
    })
    stopOnExit(child, () => undefined)
    await untilPort(port, 'open', 60_000)
    return child
  }

  async function end(child: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
    await untilPort(port, 'free', 60_000)
  }

  function ask(method: string, path: string, headers: Record<string, string> = {}) {
    return new Promise<{ status: number; hsts: unknown; body: string }>((resolve, reject) => {
      const sent = request(
        { ...{ port, host: 'localhost', ca, method, path, headers }, agent: false },
        (response) => {
          let body = ''
          response.setEncoding('utf8')
          response.on('data', (chunk) => (body += String(chunk)))
          response.on('end', () => {
            const hsts = response.headers['strict-transport-security']
            resolve({ status: response.statusCode ?? 0, hsts, body })
          })
        },
      )
      sent.on('error', reject)
      sent.end(method === 'POST' ? '{"name":"alice","password":"wrong"}' : undefined)
    })
  }

  /** What a browser does, and what a page of another site tries. */
  async function expectPortal(): Promise<void> {
    expect(await ask('GET', '/')).to.include({
      ...{ status: 200, hsts: 'max-age=31536000; includeSubDomains' },
    })
    expect(JSON.parse((await ask('GET', '/api/look')).body)).to.include({
      helpdesk: 'the service desk, extension 4400',
    })
    const json = { 'content-type': 'application/json' }
    const ours = { ...json, origin: `https://localhost:${port}` }
    expect((await ask('POST', '/api/sign-in', ours)).status).to.equal(200)
    const foreign = { ...json, origin: 'https://localhost:1' }
    expect((await ask('POST', '/api/sign-in', foreign)).status).to.equal(403)
    expect((await ask('GET', '/healthz')).body).not.to.include('"status"')
  }

  async function reachRows(service: Service): Promise<readonly CheckRow[]> {
    const [rows] = await administer(service, [['check', { directories: false }]])
    return (rows as CheckRow[]).filter(({ what }) => what === 'people.public_url')
  }

  describe('behind a proxy', () => {
    let service: Service
    before(async () => {
      service = await serve(blocksOf('yaml').find(({ text }) => text.includes('trusted_proxies')))
    })
    after(() => service?.stop())

    for (const recipe of recipes) {
      it(`which is ${recipe.program}`, async () => {
        const child = await run(recipe)
        try {
          await expectPortal()
          expect(await reachRows(service)).to.deep.equal([
            {
              ...{ area: 'web', what: 'people.public_url', state: 'ok', remedy: '' },
              detail: `https://localhost:${port} answers, through the proxy`,
            },
          ])
        } finally {
          await end(child)
        }
      })
    }
  })

  describe('with a certificate of its own', () => {
    let service: Service
    before(async () => {
      service = await serve(blocksOf('yaml').find(({ text }) => text.includes('certificate')))
    })
    after(() => service?.stop())

    it('answers', async () => {
      await expectPortal()
      expect((await reachRows(service)).map(({ state }) => state)).to.deep.equal(['ok'])
    })

    it('goes on with the next one when it is renewed', async () => {
      const renewed = await makeCertificates(mkdtempSync(join(folder, 'renewed-')), [
        'DNS:localhost',
      ])
      writeFileSync(join(folder, 'mfa.pem'), readFileSync(renewed.certificateFile))
      writeFileSync(join(folder, 'mfa.key'), readFileSync(renewed.keyFile))
      await service.printed(/"event":"certificate-renewed"/)
      ca = renewed.ca
      expect((await ask('GET', '/')).status).to.equal(200)
    })
  })
})
