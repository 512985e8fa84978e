import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { expect } from 'chai'
import {
  type CertificatePair,
  type CertificateWatch,
  createHttpServer,
  type HttpServer,
  watchCertificate,
} from '../../src/web/index.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { makeAuthority, type TestAuthority } from './authority.ts'
import { closed } from './raw-http.ts'

describe('a certificate that is renewed', () => {
  let folder = ''
  let authority: TestAuthority
  let first: CertificatePair
  let server: HttpServer
  let watch: CertificateWatch
  let port = 0
  let told: string[] = []
  const clock = createManualClock()

  before(async () => {
    authority = await makeAuthority()
    first = await authority.issue('first.example.com')
  })
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'))
    told = []
    write(first)
    server = await createHttpServer({
      ...{ listen: { host: '127.0.0.1', port: 0 }, tls: first },
      ...{ plugins: [], readiness: async () => [] },
    })
    port = (await server.start()).port
    watch = watchCertificate({
      ...{ clock, first, read },
      use: (pair) => server.renew(pair),
      onRenewed: ({ subject }) => told.push(subject),
      onUnusable: (detail) => told.push(detail),
    })
  })
  afterEach(async () => {
    watch.stop()
    await server.stop()
    rmSync(folder, { recursive: true })
  })

  const file = (name: string) => join(folder, name)
  const read = (): CertificatePair => ({
    cert: readFileSync(file('cert.pem'), 'utf8'),
    key: readFileSync(file('key.pem'), 'utf8'),
  })
  function write({ cert, key }: CertificatePair): void {
    writeFileSync(file('cert.pem'), cert)
    writeFileSync(file('key.pem'), key)
  }

  async function open(): Promise<TLSSocket> {
    const socket = connect({
      ...{ port, host: '127.0.0.1', ca: authority.ca },
      checkServerIdentity: () => undefined,
    })
    await once(socket, 'secureConnect')
    return socket
  }

  /** The name that a new connection is shown. */
  async function shown(): Promise<unknown> {
    const socket = await open()
    const { CN } = socket.getPeerCertificate().subject
    socket.destroy()
    return CN
  }

  it('is used by new connections, and open ones go on', async () => {
    const before = await open()
    write(await authority.issue('second.example.com'))
    clock.advance(10_000)
    expect(await shown()).to.equal('second.example.com')
    expect(told).to.deep.equal(['CN=second.example.com'])
    before.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    let answer = ''
    before.setEncoding('utf8')
    before.on('data', (chunk) => {
      answer += String(chunk)
    })
    await closed(before)
    expect(answer).to.match(/^HTTP\/1\.1 200 /)
  })

  it('is looked for again and again', async () => {
    for (const name of ['second', 'third']) {
      write(await authority.issue(`${name}.example.com`))
      clock.advance(10_000)
      expect(await shown()).to.equal(`${name}.example.com`)
    }
  })

  it('is found where a symbolic link was turned', async () => {
    for (const name of ['old', 'new']) {
      mkdirSync(file(name))
      const pair = name === 'old' ? first : await authority.issue('linked.example.com')
      writeFileSync(join(file(name), 'cert.pem'), pair.cert)
      writeFileSync(join(file(name), 'key.pem'), pair.key)
    }
    for (const part of ['cert.pem', 'key.pem']) {
      rmSync(file(part))
      symlinkSync(join('live', part), file(part))
    }
    symlinkSync('old', file('live'))
    watch.look()
    expect(told).to.deep.equal([])
    symlinkSync('new', file('next'))
    renameSync(file('next'), file('live'))
    watch.look()
    expect(await shown()).to.equal('linked.example.com')
  })

  it('keeps the one before while only half of it is there, and says so once', async () => {
    const next = await authority.issue('second.example.com')
    writeFileSync(file('cert.pem'), next.cert)
    clock.advance(30_000)
    expect(await shown()).to.equal('first.example.com')
    expect(told).to.deep.equal(['the key does not belong to the first certificate of the chain'])
    writeFileSync(file('key.pem'), next.key)
    clock.advance(10_000)
    expect(await shown()).to.equal('second.example.com')
    expect(told).to.have.length(2)
  })

  for (const [what, spoil] of [
    ['is cut short', ({ cert }: CertificatePair) => cert.slice(0, cert.length / 2)],
    ['is empty', () => ''],
    ['is no certificate', () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    [
      'has something behind it that is none',
      ({ cert }: CertificatePair) =>
        `${cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    ],
  ] as const) {
    it(`keeps the one before where the file ${what}`, async () => {
      const next = await authority.issue('second.example.com')
      write({ ...next, cert: spoil(next) })
      clock.advance(20_000)
      expect(await shown()).to.equal('first.example.com')
      expect(told).to.have.length(1)
      expect(told[0]).not.to.include('PRIVATE')
    })
  }

  it('keeps the one before where a file is gone', async () => {
    rmSync(file('key.pem'))
    clock.advance(20_000)
    expect(await shown()).to.equal('first.example.com')
    expect(told).to.have.length(1)
    expect(told[0]).to.include('key.pem')
  })
})
