import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { methods } from '../../../src/accounts/index.ts'
import { formatSeed, parseSeed } from '../../../src/methods/index.ts'
import {
  type AdminOperations,
  collectExport,
  createAdminOperations,
  createPersonLookup,
  createSelfOperations,
  type ExportPage,
} from '../../../src/operations/index.ts'
import { createKeyring, openStore, type Store } from '../../../src/store/index.ts'
import { HoldfastError, type PortalCaller } from '../../../src/support/index.ts'
import { signInRecord } from '../../store/stores.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const { signal } = new AbortController()
const root = {
  ...{ send: () => undefined, signal, caller: { via: 'store', uid: 0, name: 'root' } as const },
}
const alice: PortalCaller = {
  ...{ via: 'portal', userKey: 'people:alice', name: 'alice', address: '192.0.2.7' },
  ...{ session: 'whole', isConfirmed: false, tokenHash: new Uint8Array(32) },
}

describe('exporting a person', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-export-'))
  const clock = createManualClock()
  let store: Store
  let operations: AdminOperations

  before(async () => {
    store = await openStore({
      file: join(folder, 'holdfast.db'),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      ...{ node: 'test', clock },
    })
    operations = createAdminOperations({
      ...{ clock, store, issuer: 'Example', scratchFolder: folder },
      findPerson: createPersonLookup({ directories: [], users: store.users }),
      gateways: async () => [],
      usableMethods: () => methods,
    })
    for (const name of ['alice', 'bob']) await store.accounts.noteUser(`people:${name}`, name)
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const own = (caller: PortalCaller, args: object) =>
    createSelfOperations(() => operations)(caller, 'person.export', args, signal)

  const exportRows = async () => {
    const rows = await store.audit.searchAudit({ kind: 'alert' })
    return rows.filter(({ reason }) => reason.endsWith('-person-exported'))
  }

  it('gives people at the portal their own data, in one document, without a secret', async () => {
    const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    const add = (authenticator: Parameters<(typeof operations)['authenticator.add']>[0]) =>
      operations['authenticator.add'](authenticator, root)
    await add({ name: 'alice', authenticator: { method: 'totp', seed } })
    const { codes = [] } = await add({ name: 'alice', authenticator: { method: 'recovery' } })
    await add({
      name: 'alice',
      authenticator: { method: 'call', phone: '+31612345678', pin: '470815' },
    })
    await add({ name: 'bob', authenticator: { method: 'sms', phone: '+31687654321' } })
    await store.audit.record(
      signInRecord({ userKey: 'people:alice', sourceAddress: '203.0.113.7' }),
    )

    const document = await collectExport((page) => own(alice, page), clock.nowMs())
    expect(document).to.deep.include({ auditIsCut: false })
    expect(document.person).to.deep.equal({ key: 'people:alice', name: 'alice' })
    const text = JSON.stringify(document)
    for (const known of ['+31612345678', '203.0.113.7', 'totp', 'recovery', document.exportedAt]) {
      expect(text, known).to.include(known)
    }
    const bytes = Buffer.from(parseSeed(seed) ?? [])
    expect(formatSeed(bytes)).to.equal(seed)
    const secrets = [seed, bytes.toString('hex'), bytes.toString('base64'), '470815', ...codes]
    for (const secret of [...secrets, 'bob', '+31687654321']) {
      expect(text.includes(secret), secret).to.equal(false)
    }
    expect((await exportRows()).map(({ reason, userKey }) => [reason, userKey])).to.deep.equal([
      ['own-person-exported', 'people:alice'],
    ])
  })

  it('is about no one else, and not for a session that has only the password behind it', async () => {
    const codeOf = async (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: unknown) => (error instanceof HoldfastError ? error.code : error),
      )
    expect(await codeOf(own(alice, { name: 'bob' }))).to.equal('not-permitted')
    expect(await codeOf(own({ ...alice, session: 'setup' }, {}))).to.equal('not-permitted')
    for (const after of [7, {}, { ended_at_ms: '1', node: 'test', seq: 1 }, { node: 'test' }]) {
      expect(await codeOf(own(alice, { after }))).to.equal('bad-arguments')
    }
  })

  it('goes through the audit page by page, and notes the export once', async () => {
    const before = (await exportRows()).length
    for (let index = 0; index < 250; index += 1) {
      const record = { userKey: 'people:bob', userName: 'bob', signInId: `b-${index}` }
      await store.audit.record(signInRecord({ ...record, endedAtMs: 5_000 + (index % 7) }))
    }
    const pages: ExportPage[] = []
    const document = await collectExport(async (page) => {
      const answer = await operations['person.export']({ name: 'bob', ...page }, root)
      pages.push(answer)
      return answer
    }, clock.nowMs())
    expect(pages.map(({ audit }) => audit.length)).to.deep.equal([100, 100, 51])
    const ids = document.tables.audit.map(({ sign_in_id: id }) => id)
    expect(new Set(ids).size).to.equal(251)
    expect(await exportRows()).to.have.length(before + 1)
  })

  it('says when there is more than a document holds', async () => {
    const place = { ended_at_ms: 1, node: 'test', seq: 1 }
    const audit = Array.from({ length: 6_000 }, () => ({}))
    const tables = await store.users.exportUser('people:nobody', [])
    const person = { key: 'people:nobody', name: 'nobody' }
    const document = await collectExport(async () => ({ person, tables, audit, next: place }), 0)
    expect(document.auditIsCut).to.equal(true)
    expect(document.tables.audit.length).to.equal(12_000)
  })
})
