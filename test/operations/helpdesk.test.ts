import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { methods } from '../../src/accounts/index.ts'
import {
  type AdminOperations,
  createAdminOperations,
  createHelpdeskOperations,
  createPersonLookup,
  type HelpdeskOperations,
} from '../../src/operations/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import type { Caller } from '../../src/support/index.ts'
import { createManualClock } from '../support/manual-clock.ts'

const helena: Caller = { via: 'helpdesk-socket', uid: 1007, name: 'helena', says: 'root' }
const hourMs = 3_600_000

describe('what the helpdesk may do', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-helpdesk-'))
  let store: Store
  let all: AdminOperations
  let helpdesk: HelpdeskOperations
  let clock: ReturnType<typeof createManualClock>

  before(async () => {
    clock = createManualClock()
    clock.advance(1_700_000_000_000)
    store = await openStore({
      file: join(folder, 'holdfast.db'),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      node: 'test',
    })
    await store.accounts.noteUser('people:alice', 'alice')
    const parts = {
      clock,
      store,
      findPerson: createPersonLookup({ directories: [], users: store.users }),
      gateways: async () => [],
      issuer: 'Example',
      usableMethods: () => methods,
      scratchFolder: folder,
      isProtected: ({ name }: { readonly name: string }) => name === 'adam',
    }
    all = createAdminOperations(parts)
    helpdesk = createHelpdeskOperations(all, parts)
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function ask(name: string, args: unknown, caller: Caller = helena): Promise<unknown> {
    const known = Object.hasOwn(helpdesk.operations, name)
    const operation = (known && helpdesk.operations[name]) || helpdesk.otherwise(name)
    return operation(args, { send: () => undefined, signal: new AbortController().signal, caller })
  }
  const codeOf = async (work: Promise<unknown>) => {
    try {
      await work
      return 'done'
    } catch (error) {
      return Object(error).code as unknown
    }
  }
  const lastRow = async () => (await store.audit.searchAudit({ limit: 1 }))[0]

  const may = [
    ...['user.show', 'audit.why', 'explain', 'user.unlock', 'bypass.give', 'bypass.end'],
    ...['enrolment.code', 'enrolment.lift'],
  ]

  it('is to look, to explain, to unlock, to give bypasses and codes for enrolment', () => {
    expect(Object.keys(helpdesk.operations)).to.have.members(may)
  })

  it('is nothing else: each other operation is refused, and is in the audit with the one who asked', async () => {
    const others = Object.keys(all).filter((name) => !may.includes(name))
    expect(others.length).to.be.greaterThan(20)
    for (const name of [...others, 'no.such', '__proto__', 'toString', '']) {
      const failed = await ask(name, {}).catch((error: unknown) => error)
      expect(failed, name).to.include({ code: 'helpdesk-refused' })
      expect(String(failed)).to.match(
        /^[^\n]*The helpdesk may not use "[^"]*"; ask an administrator\.$/,
      )
      const row = await lastRow()
      expect(row).to.include({ kind: 'alert', reason: 'helpdesk-refused' })
      expect(row?.timeline[0]?.detail).to.include({ by: 'helena', uid: '1007', says: 'root' })
      if (others.includes(name)) expect(row?.timeline[0]?.detail).to.include({ operation: name })
      clock.advance(10_000)
    }
  })

  it('fills no audit by asking again and again', async () => {
    const before = (await lastRow())?.seq ?? 0
    for (let count = 0; count < 100; count += 1) await codeOf(ask('backup', {}))
    for (let count = 0; count < 100; count += 1) await codeOf(ask(`x${count}`, {}))
    expect((await lastRow())?.seq).to.equal(before + 2)
    clock.advance(10_000)
    await codeOf(ask('backup', {}))
    expect((await lastRow())?.timeline[0]?.detail).to.include({
      operation: 'backup',
      unwritten: '99',
    })
  })

  it('is a bypass of eight hours and not of more', async () => {
    const give = (forMs: number) =>
      ask('bypass.give', { name: 'alice', forMs, once: false, reason: 'lost phone' })
    expect(await codeOf(give(8 * hourMs))).to.equal('done')
    expect(await lastRow()).to.include({ userName: 'alice', reason: 'admin-bypass-given' })
    expect((await lastRow())?.timeline[0]?.detail).to.include({
      ...{ reason: 'lost phone', by: 'helena', uid: '1007', via: 'helpdesk-socket' },
    })
    const until = (await store.accounts.load('people:alice')).bypass?.untilMs
    expect(until).to.equal(clock.nowMs() + 8 * hourMs)
    for (const forMs of [8 * hourMs + 1, 7 * 24 * hourMs, 1e300]) {
      expect(await codeOf(give(forMs))).to.equal('helpdesk-refused')
    }
    expect(await lastRow()).to.include({ reason: 'helpdesk-refused' })
    expect(await codeOf(ask('bypass.give', { name: 'alice', forMs: '9h' }))).to.equal(
      'bad-arguments',
    )
    expect((await store.accounts.load('people:alice')).bypass?.untilMs).to.equal(until)
  })

  it('is nothing for a caller who has not proven who they are', async () => {
    const unknown: Caller = { via: 'helpdesk-socket', says: 'helena' }
    for (const name of may) {
      const args = { name: 'alice', forMs: hourMs, once: true, reason: 'r' }
      expect(await codeOf(ask(name, args, unknown)), name).to.equal('caller-unknown')
    }
    expect(await codeOf(ask('backup', {}, unknown))).to.equal('helpdesk-refused')
    expect((await lastRow())?.timeline[0]?.detail).to.include({ by: 'unknown', says: 'helena' })
  })

  it('is nothing for themselves, and the audit has the try under their own name (PEOPLE R23)', async () => {
    await store.accounts.noteUser('people:helena', 'helena')
    await store.accounts.block('people:helena', 'fraud', clock.nowMs())
    const args = { name: 'HELENA', reason: 'it is me' }
    for (const [name, more] of [
      ['bypass.give', { forMs: hourMs, once: false }],
      ['enrolment.code', {}],
      ['enrolment.lift', {}],
      ['user.unlock', {}],
    ] as const) {
      clock.advance(10_000)
      expect(await codeOf(ask(name, { ...args, ...more })), name).to.equal('own-account')
      const row = await lastRow()
      expect(row).to.include({ reason: 'helpdesk-refused', userKey: 'people:helena' })
      expect(row?.timeline[0]?.detail).to.include({ operation: name, result: 'own-account' })
    }
    expect(await store.accounts.load('people:helena')).to.have.property('blocked')
    expect((await store.accounts.load('people:helena')).bypass).to.equal(undefined)
    // Another one of the helpdesk may, and so may root.
    const colleague: Caller = { via: 'helpdesk-socket', uid: 1008, name: 'henry' }
    expect(await codeOf(ask('user.unlock', args, colleague))).to.equal('done')
  })

  it('is nothing for the accounts that the file takes from it, and the audit has the try (PEOPLE R23)', async () => {
    await store.accounts.noteUser('people:adam', 'adam')
    const args = { name: 'adam', reason: 'he asked me to' }
    for (const [name, more] of [
      ['bypass.give', { forMs: hourMs, once: false }],
      ['enrolment.code', {}],
      ['enrolment.lift', {}],
      ['user.unlock', {}],
    ] as const) {
      clock.advance(10_000)
      expect(await codeOf(ask(name, { ...args, ...more })), name).to.equal('protected-account')
      const row = await lastRow()
      expect(row).to.include({ reason: 'helpdesk-refused', userKey: 'people:adam' })
      expect(row?.timeline[0]?.detail).to.include({ by: 'helena', result: 'protected-account' })
    }
    expect((await store.accounts.load('people:adam')).bypass).to.equal(undefined)
    expect(await ask('user.show', { name: 'adam' })).to.have.property('state')
    const root: Caller = { via: 'admin-socket', uid: 0, name: 'root' }
    const call = { send: () => undefined, signal: new AbortController().signal, caller: root }
    expect(await codeOf(all['user.unlock'](args, call))).to.equal('done')
  })

  it('is to show and unlock a person, which the audit has under their name', async () => {
    await store.accounts.block('people:alice', 'fraud', clock.nowMs())
    expect(await ask('user.show', { name: 'alice' })).to.have.nested.property('state.blocked')
    await ask('user.unlock', { name: 'alice', reason: 'it was the cleaner' })
    const [row] = await store.audit.searchAudit({ user: 'ALICE', limit: 1 })
    expect(row).to.include({
      userKey: 'people:alice',
      userName: 'alice',
      reason: 'admin-user-unlocked',
    })
    expect(row?.timeline[0]?.detail).to.include({ reason: 'it was the cleaner', by: 'helena' })
  })
})
