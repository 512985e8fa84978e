import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { expect } from 'chai'
import {
  checkCertificates,
  checkDirectories,
  checkProviders,
  checkStore,
  collectRows,
  notExamined,
} from '../../../src/operations/index.ts'
import { StoreError } from '../../../src/store/index.ts'
import { HoldfastError } from '../../../src/support/index.ts'
import { certificate, otherKey, privateKey } from '../certificate.ts'

const day = 86_400_000
const clockAt = (nowMs: number) => ({ nowMs: () => nowMs, after: () => ({ cancel() {} }) })

describe('check: certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-checks-'))
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  after(() => rmSync(folder, { recursive: true, force: true }))

  const check = (content: string, options: { key?: string; nowMs?: number } = {}) => {
    const certificateFile = file('certificate.pem', content)
    const keyFile = options.key === undefined ? {} : { keyFile: file('key.pem', options.key) }
    const clock = clockAt(options.nowMs ?? certificate.startsMs + day)
    const [row] = checkCertificates([{ what: 'webhooks', certificateFile, ...keyFile }], clock)
    return row
  }

  it('is content with a certificate and its key', () => {
    expect(check(certificate.pem, { key: privateKey })).to.include({ state: 'ok', remedy: '' })
  })

  it('warns before it ends, and fails after', () => {
    const warned = check(certificate.pem, { nowMs: certificate.endsMs - 10 * day })
    expect(warned?.state).to.equal('warning')
    expect(warned?.remedy).to.include('10 days')
    expect(check(certificate.pem, { nowMs: certificate.endsMs + day })?.state).to.equal('failed')
    expect(check(certificate.pem, { nowMs: certificate.startsMs - day })?.detail).to.include(
      'not valid yet',
    )
  })

  it('sees a key of another certificate', () => {
    expect(check(certificate.pem, { key: otherKey })?.detail).to.include('does not belong')
  })

  const garbage: readonly (readonly [what: string, content: string])[] = [
    ['an empty file', ''],
    ['no PEM', 'hello'],
    ['broken PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['only a key', privateKey],
  ]
  for (const [what, content] of garbage) {
    it(`fails for ${what}`, () => expect(check(content)?.state).to.equal('failed'))
  }

  it('fails for a file that is not there', () => {
    const missing = { what: 'x', certificateFile: join(folder, 'none.pem') }
    expect(checkCertificates([missing], clockAt(0))[0]?.remedy).to.include('none.pem')
  })
})

describe('check: its parts', () => {
  const part = (what: string, rows: () => never[] | Promise<never[]>) => ({
    area: 'store',
    what,
    rows,
  })

  it('do not depend on each other: one that throws is a failed row, in its place', async () => {
    const rows = await collectRows([
      { area: 'store', what: 'one', rows: () => [notExamined('store', 'one', 'it is away')] },
      part('two', () => {
        throw new Error('broken')
      }),
      part('three', () => Promise.reject(new HoldfastError('store-failed', 'disk gone'))),
    ])
    expect(rows.map(({ what, state, detail }) => `${what} ${state} ${detail}`)).to.deep.equal([
      'one not-examined not examined: it is away',
      'two failed broken',
      'three failed disk gone',
    ])
  })

  it('keep what happened to the store apart from what to do', async () => {
    const [row] = await collectRows([
      part('habits', () => Promise.reject(new StoreError('store-full', 'no room'))),
    ])
    expect(row?.detail).to.equal('no room')
    expect(row?.remedy).to.equal('Make room, nothing else is needed.')
  })

  it('have one row in all for a store that is gone', async () => {
    const gone = () => Promise.reject(new StoreError('store-gone', 'it is gone'))
    const store = {
      probe: async () => ({ ok: false, code: 'store-gone', lastCommitMs: 0 }) as never,
      audit: { verifyAuditChain: gone } as never,
    }
    const rows = await collectRows([
      part('habits', gone),
      { area: 'store', what: 'audit', rows: () => checkStore(store) },
      part('keys', gone),
    ])
    expect(rows).to.have.length(1)
    expect(rows[0]).to.include({ area: 'store', what: 'writes', state: 'failed' })
    expect(rows[0]?.detail).to.include('store-gone: the file of the store was deleted or exchanged')
    expect(rows[0]?.remedy).to.match(/^Put it back, or save what the running service still has/)
  })

  it('name a file that cannot be read, and what is wrong with it', async () => {
    const missing = join(tmpdir(), 'holdfast-none', 'ca.pem')
    const [row] = await collectRows([part('ca', () => [readFileSync(missing) as never])])
    expect(row?.detail).to.equal(`${missing} cannot be read: there is no such file (ENOENT)`)
    expect(row?.remedy).to.include('Correct the path')
  })
})

describe('check: directories and store', () => {
  it('passes on what a directory says, and lets one without a check be', async () => {
    const rows = await checkDirectories(
      [
        { name: 'people' },
        {
          name: 'ad',
          check: async ([group]) => [
            { what: `dc1 ${group}`, ok: false, detail: 'refused', remedy: 'Open it.' },
          ],
        },
      ],
      (name) => [`staff of ${name}`],
    )
    expect(rows.map(({ state }) => state)).to.deep.equal(['ok', 'failed'])
    expect(rows[1]).to.include({ what: 'dc1 staff of ad', remedy: 'Open it.' })
  })

  const health = { ok: true, waiting: 0, lastCommitMs: 3 } as const
  const storeWith = (
    verifyAuditChain: Parameters<typeof checkStore>[0]['audit']['verifyAuditChain'],
  ) =>
    ({
      probe: async () => health,
      audit: { verifyAuditChain },
    }) as unknown as Parameters<typeof checkStore>[0]

  it('names the row of the audit that was changed', async () => {
    const store = storeWith(async () => ({ ok: false, node: 'n1', seq: 7, fault: 'row-changed' }))
    const [writes, chain] = await checkStore(store)
    expect(writes?.state).to.equal('ok')
    expect(chain).to.include({ state: 'failed', detail: 'row 7 of n1: row-changed' })
  })

  it('shows how many rows the audit has, how many were erased, and where it ends', async () => {
    const head = { node: 'n1', seq: 12, hash: 'ab'.repeat(32) }
    const report = {
      ok: true,
      rows: 12,
      erased: 3,
      found: 0,
      unaccounted: 0,
      heads: [head],
    } as const
    const [, chain] = await checkStore(storeWith(async () => report))
    expect(chain).to.include({
      state: 'ok',
      detail: `12 rows, unbroken; 3 erased; head of n1: row 12, hash ${head.hash}`,
    })
    const found = { ...report, found: 3, unaccounted: 1 }
    const [, old] = await checkStore(storeWith(async () => found))
    expect(old?.state).to.equal('warning')
    expect(old?.detail).to.include('3 erased (3 of them by version 0.1.0')
    expect(old?.remedy).to.match(/1 row may have been erased by hand/)
  })

  it('makes a failing store a row', async () => {
    const rows = await checkStore(
      storeWith(() => Promise.reject(new HoldfastError('store-failed', 'disk gone'))),
    )
    expect(rows[1]).to.include({ state: 'failed', detail: 'disk gone' })
  })
})

describe('check: providers', () => {
  const servers: Server[] = []
  after(() => {
    for (const server of servers) server.close()
  })
  const listen = async (server: Server): Promise<number> => {
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  }
  const never = new AbortController().signal
  const stateOf = async (port: number, tls: boolean, ca?: string, host = '127.0.0.1') => {
    const provider = { name: 'p', host, port, tls, ...(ca === undefined ? {} : { ca }) }
    return (await checkProviders([provider], never))[0]
  }

  it('tells an open port from a closed one', async () => {
    const server = createServer()
    const port = await listen(server)
    expect((await stateOf(port, false))?.state).to.equal('ok')
    await new Promise((resolve) => server.close(resolve))
    expect((await stateOf(port, false))?.detail).to.include('ECONNREFUSED')
  })

  it('believes a certificate of a known authority and for this name only', async () => {
    const { pem } = certificate
    const port = await listen(createTlsServer({ cert: pem, key: privateKey }))
    expect((await stateOf(port, true, pem, 'localhost'))?.detail).to.include('certificate valid')
    expect((await stateOf(port, true, undefined, 'localhost'))?.state).to.equal('failed')
    expect((await stateOf(port, true, pem, '127.0.0.1'))?.state).to.equal('failed')
  })

  it('ends when it is interrupted', async () => {
    const port = await listen(createServer())
    const stop = new AbortController()
    // TLS against a server that never says a word.
    const running = checkProviders([{ name: 'p', host: '127.0.0.1', port, tls: true }], stop.signal)
    stop.abort()
    expect((await running)[0]?.detail).to.include('interrupted')
  })
})
