import { expect } from 'chai'
import type { PersonChange, PhoneNotice } from '../../../src/accounts/index.ts'
import { type ReportedChange, reportChange } from '../../../src/operations/index.ts'
import type { FraudStop } from '../../../src/signin/index.ts'
import { createKeyring, openStore, type Store } from '../../../src/store/index.ts'
import { createFolder, masterKey, newTotp } from '../../store/stores.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'

const userKey = 'local:alice'
const phone = { id: 'phone-1', userKey }

describe('"this was not me" about a change, by a phone (PEOPLE R7, R13)', () => {
  const folder = createFolder()
  let clock: ManualClock
  let store: Store
  let reports: ReportedChange[]
  let onFraud: FraudStop | undefined

  before(async () => {
    clock = createManualClock(1_750_000_000_000)
    const keyring = createKeyring({ current: masterKey })
    const options = { file: `${folder.path}/store.db`, keyring, node: 'node-1', clock }
    store = await openStore({ ...options, commitTimeoutMs: 60_000 })
    await store.authenticators.add(newTotp(userKey))
  })
  after(async () => {
    await store.close()
    folder.remove()
  })
  beforeEach(async () => {
    reports = []
    onFraud = undefined
    await store.accounts.release(userKey)
  })

  let notices = 0
  async function noted(kind: PersonChange['kind'], change: Partial<PhoneNotice> = {}) {
    notices += 1
    const id = `notice-${notices}`
    const said = { id, userKey, kind, text: 'What it says.', by: 'self', atMs: clock.nowMs() }
    await store.phoneNotices.add({ ...said, ...change } as PhoneNotice)
    return id
  }
  const report = (id: string, by = phone, accounts: Partial<Store['accounts']> = {}) =>
    reportChange(
      {
        ...{ clock, onFraud, store: { ...store, accounts: { ...store.accounts, ...accounts } } },
        onReport: (_, change) => reports.push(change),
        onStopFailed: (error) => {
          if (accounts.block === undefined) throw error
        },
      },
      by,
      id,
    )
  const state = () => store.accounts.load(userKey)

  it('blocks the account where the change opens a way in: its maker has a second factor already', async () => {
    const id = await noted('authenticator-added')
    expect(await report(id)).to.equal('account')
    expect(await state()).to.have.property('blocked')
    expect(reports).to.deep.equal([
      {
        kind: 'change-reported',
        text: 'What it says.',
        madeAtMs: clock.nowMs(),
        stopped: 'account',
      },
    ])
    const [row] = await store.audit.searchAudit({ user: userKey, limit: 1 })
    expect(row).to.include({ reason: 'own-change-reported' })
  })

  it('stops only prompts for other changes, where codes can be typed, and where the file says so', async () => {
    expect(await report(await noted('default-changed'))).to.equal('prompts')
    onFraud = 'prompts'
    expect(await report(await noted('authenticator-added'))).to.equal('prompts')
    expect(await state()).to.not.have.property('blocked')
    expect(await state()).to.have.property('promptsStopped')
  })

  it('ends what the change may have opened: a bypass, and a code of the helpdesk', async () => {
    const untilMs = clock.nowMs() + 3_600_000
    await store.accounts.giveBypass(userKey, { reason: 'test', untilMs, once: false })
    await store.enrolmentCodes.put({
      ...{ userKey, codeHash: new Uint8Array(32), createdAtMs: clock.nowMs(), untilMs },
      ...{ triesLeft: 10, madeBy: 'root' },
    })
    await report(await noted('bypass-given'))
    await store.accounts.release(userKey)
    expect(await state()).to.not.have.property('bypass')
    expect(await store.enrolmentCodes.look(userKey, clock.nowMs())).to.equal(undefined)
  })

  it('works once, for changes of the phone’s own person', async () => {
    const id = await noted('authenticator-added')
    expect(await report(id, { id: 'phone-2', userKey: 'local:bob' })).to.equal(undefined)
    expect(await state()).to.not.have.property('blocked')
    await report(id)
    await store.accounts.release(userKey)
    expect(await report(id)).to.equal(undefined)
    expect(await state()).to.not.have.property('blocked')
    expect(await report('no-such')).to.equal(undefined)
  })

  it('can be said again where the store failed, and the process ended before the next try', async () => {
    const id = await noted('authenticator-added')
    const block = () => Promise.reject(new Error('disk full'))
    expect(await report(id, phone, { block })).to.equal('not-yet')
    expect(await state()).to.not.have.property('blocked')
    expect(await report(id)).to.equal('account')
    expect(await state()).to.have.property('blocked')
    expect(await report(id)).to.equal(undefined)
  })

  it('of two at the same moment, one is told', async () => {
    const id = await noted('authenticator-added')
    const both = await Promise.all([report(id), report(id)])
    expect(both.filter((stopped) => stopped === 'account')).to.have.length(1)
    expect(reports).to.have.length(1)
  })

  it('no report can be reported', async () => {
    expect(await report(await noted('reported'))).to.equal(undefined)
    expect(await report(await noted('change-reported'))).to.equal(undefined)
    expect(await state()).to.not.have.property('promptsStopped')
  })
})
