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
  createSelfOperations,
  type FindPerson,
  type OperationName,
} from '../../src/operations/index.ts'
import {
  isOperation,
  judge,
  mayForSelf,
  permissions,
  roles,
  type SelfRight,
} from '../../src/operations/permissions.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import type { PortalCaller } from '../../src/support/index.ts'
import { createManualClock } from '../support/manual-clock.ts'

const alice: PortalCaller = {
  ...{ via: 'portal', userKey: 'people:alice', name: 'alice', address: '192.0.2.7' },
  ...{ session: 'whole', isConfirmed: true, tokenHash: new Uint8Array(32) },
}

const sessions = [
  { session: 'setup', isConfirmed: false },
  { session: 'setup', isConfirmed: true },
  { session: 'whole', isConfirmed: false },
  { session: 'whole', isConfirmed: true },
] as const

/** What each right at the portal means, in the order of `sessions`. */
const meaning: Readonly<Record<SelfRight, readonly boolean[]>> = {
  no: [false, false, false, false],
  any: [true, true, true, true],
  whole: [false, false, true, true],
  confirmed: [false, false, false, true],
  first: [true, true, false, true],
}

describe('the permission table', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-permissions-'))
  const clock = createManualClock()
  const names = Object.keys(permissions).filter(isOperation)
  let store: Store
  let all: AdminOperations
  /** The same operations; each only notes that it was reached. */
  let watched: AdminOperations
  let reached: string[] = []
  let findPerson: FindPerson

  before(async () => {
    store = await openStore({
      file: join(folder, 'holdfast.db'),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      node: 'test',
    })
    await store.accounts.noteUser('people:alice', 'alice')
    await store.accounts.noteUser('people:bob', 'bob')
    findPerson = createPersonLookup({ directories: [], users: store.users })
    all = createAdminOperations({
      ...{ clock, store, issuer: 'Example', scratchFolder: folder },
      findPerson,
      gateways: async () => [],
      usableMethods: () => methods,
    })
    const spy = (name: string) => async () => {
      reached.push(name)
    }
    watched = Object.fromEntries(names.map((name) => [name, spy(name)])) as unknown as typeof all
  })
  beforeEach(() => {
    reached = []
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const codeOf = async (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => Object(error).code as unknown,
    )

  it('has a row for each operation that there is, and for nothing else', () => {
    expect(names).to.have.members(Object.keys(all))
    for (const name of ['__proto__', 'toString', 'user.sho', '']) {
      expect(isOperation(name), name).to.equal(false)
    }
  })

  it('has a column for each role', () => {
    for (const name of names) {
      expect(permissions[name]).to.have.all.keys([...roles, 'api'])
    }
  })

  it('gives root everything that is not for people themselves, and auditors nothing that changes anything', () => {
    for (const name of names) {
      const isOwn = name.startsWith('own.')
      expect(permissions[name].root, name).to.equal(isOwn ? 'no' : 'yes')
      expect(permissions[name].self !== 'no' || !isOwn, name).to.equal(true)
    }
    const changes = names.filter((name) =>
      /\.(block|unlock|prefer|forget|give|end|add|remove|resync|import|rotate|code|lift)$/.test(
        name,
      ),
    )
    expect(changes.length).to.be.greaterThan(10)
    for (const name of changes) expect(permissions[name].auditor, name).to.equal('no')
  })

  for (const name of names) {
    for (const role of roles) {
      if (role === 'self') continue
      it(`is what decides whether ${role} may use ${name}`, () => {
        const right = permissions[name][role]
        if (typeof right === 'string') {
          expect(judge(role, name, {}).allowed).to.equal(right === 'yes')
        } else {
          const ask = (value: unknown) => judge(role, name, { [right.argument]: value })
          expect(ask(right.most)).to.deep.equal({ allowed: true })
          expect(ask(right.most + 1)).to.deep.equal({ allowed: false, text: right.text })
          // Another type is not a number: the operation itself refuses it.
          expect(ask(String(right.most + 1))).to.deep.equal({ allowed: true })
        }
      })
    }

    it(`is what the helpdesk's socket goes by for ${name}`, async () => {
      const helpdesk = createHelpdeskOperations(watched, { clock, findPerson, store })
      const known = Object.hasOwn(helpdesk.operations, name)
      const operation = (known && helpdesk.operations[name]) || helpdesk.otherwise(name)
      const caller = { via: 'helpdesk-socket', uid: 7, name: 'helena' } as const
      const signal = new AbortController().signal
      const told = await codeOf(operation({}, { send: () => undefined, signal, caller }))
      const isAllowed = permissions[name].helpdesk !== 'no'
      expect(told).to.equal(isAllowed ? 'done' : 'helpdesk-refused')
      expect(reached).to.deep.equal(isAllowed ? [name] : [])
    })

    for (const [index, session] of sessions.entries()) {
      const described = `${session.session}${session.isConfirmed ? ', confirmed' : ''}`
      it(`is what the portal goes by for ${name} in a session: ${described}`, async () => {
        const expected = meaning[permissions[name].self][index]
        expect(mayForSelf(name, session)).to.equal(expected)
        const self = createSelfOperations(() => watched)
        // As an error in our code would call it: the compiler refuses what the table does not give.
        const call = self as unknown as (
          caller: PortalCaller,
          name: OperationName,
          args: unknown,
          signal: AbortSignal,
        ) => Promise<unknown>
        const { signal } = new AbortController()
        expect(await codeOf(call({ ...alice, ...session }, name, {}, signal))).to.equal(
          expected ? 'done' : 'not-permitted',
        )
        expect(reached).to.deep.equal(expected ? [name] : [])
      })
    }
  }

  describe('at the portal', () => {
    const { signal } = new AbortController()
    const own = () => createSelfOperations(() => all)

    it('is about who is signed in, by key: a name in the request is refused and changes nothing', async () => {
      for (const name of ['bob', 'alice', 'people:bob', '']) {
        const asked = own()(alice, 'user.prefer', { name, method: 'sms' }, signal)
        expect(await codeOf(asked), name).to.be.oneOf(['not-permitted', 'bad-arguments'])
        expect(await codeOf(own()(alice, 'remembered.list', { name }, signal))).to.be.oneOf([
          ...['not-permitted', 'bad-arguments'],
        ])
      }
      expect((await store.accounts.load('people:bob')).defaultMethod).to.equal(undefined)
      expect((await store.accounts.load('people:alice')).defaultMethod).to.equal(undefined)
    })

    it('goes by the key where two people have the same name', async () => {
      await store.accounts.noteUser('north:alice', 'alice')
      await own()(alice, 'user.prefer', { method: 'sms' }, signal)
      expect((await store.accounts.load('people:alice')).defaultMethod).to.equal('sms')
      expect((await store.accounts.load('north:alice')).defaultMethod).to.equal(undefined)
    })

    it('has what people change about themselves in the audit as their own, with the address', async () => {
      await own()(alice, 'user.prefer', { method: null }, signal)
      const [row] = await store.audit.searchAudit({ limit: 1 })
      expect(row).to.include({ userKey: 'people:alice', reason: 'own-default-method-set' })
      expect(row?.timeline[0]?.detail).to.include({
        ...{ by: 'alice', via: 'portal', address: '192.0.2.7' },
      })
    })

    it('does not let a thief erase the tracks: the audit is erased by administrators alone', async () => {
      const forget = { name: 'alice', eraseAudit: true }
      expect(await codeOf(own()(alice, 'user.forget' as never, forget as never, signal))).to.equal(
        'not-permitted',
      )
      expect(await store.users.listUsers({ search: 'alice' })).not.to.deep.equal([])
    })

    it('leaves everyone else to name the person', async () => {
      const caller = { via: 'admin-socket', uid: 0, name: 'root' } as const
      const call = { send: () => undefined, signal, caller }
      expect(await codeOf(all['remembered.list']({}, call))).to.equal('bad-arguments')
    })
  })
})
