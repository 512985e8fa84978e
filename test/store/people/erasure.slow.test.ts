import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import {
  createFilledStore,
  type FilledStore,
  fillTheRest,
  otherTables,
  userKeyOf,
} from './filled-store.ts'

const nowMs = 1_800_000_000_000
const addresses = (person: string) => [`${person}:in-the-directory`]

describe('erasing a person from the store', () => {
  let filled: FilledStore
  beforeEach(async () => {
    filled = await createFilledStore()
  })
  afterEach(() => filled.remove())

  const textsOf = (person: string) => {
    const found = filled.dump().filter(({ text }) => text.toLowerCase().includes(person))
    return Map.groupBy(found, ({ table }) => table)
  }

  it('knows what every table holds of people', () => {
    const { columns } = filled.fill('somebody')
    const ofPeople = new Set(columns.map(({ table }) => table))
    expect([...ofPeople, 'audit', ...Object.keys(otherTables)]).to.have.members(filled.tables)
  })

  it('leaves nothing of them in any table or in the file, and everything of others', async () => {
    const ofPeople = new Set(filled.fill('maryamzz').columns.map(({ table }) => table))
    filled.fill('robertzz')
    const store = await filled.open()
    await fillTheRest(store, 'maryamzz', nowMs)
    await fillTheRest(store, 'robertzz', nowMs)
    await store.close()
    const before = textsOf('robertzz')
    expect([...textsOf('maryamzz').keys()]).to.have.members([...before.keys()])
    expect([...before.keys()]).to.have.members([...ofPeople, 'audit', 'limit_use', 'secret'])

    const opened = await filled.open()
    const options = { eraseAudit: true, addresses: addresses('maryamzz') }
    expect(await opened.users.removeUser(userKeyOf('maryamzz'), options)).to.equal(true)
    expect(await opened.users.removeUser(userKeyOf('maryamzz'), options)).to.equal(false)
    expect(await opened.audit.verifyAuditChain()).to.include({ ok: true, erased: 3 })
    await opened.close()

    expect([...textsOf('maryamzz').keys()]).to.deep.equal([])
    expect(textsOf('robertzz')).to.deep.equal(before)
    expect(readFileSync(filled.file).toString('latin1').toLowerCase()).to.not.include('maryamzz')
  })

  it('leaves the audit alone unless it is asked for', async () => {
    filled.fill('maryamzz')
    const store = await filled.open()
    await fillTheRest(store, 'maryamzz', nowMs)
    await store.users.removeUser(userKeyOf('maryamzz'), { addresses: addresses('maryamzz') })
    await store.close()
    expect([...textsOf('maryamzz').keys()]).to.deep.equal(['audit'])
  })

  it('forgets no counts of people whose key or number only ends in the same way', async () => {
    const store = await filled.open()
    const keys = [
      'prompts:user:corp:xann',
      'prompts:user:CORP:ann',
      'prompts:to:+4930',
      'prompts:day',
    ]
    const uses = keys.map((key) => ({ key, limit: 1, windowMs: 3_600_000 }))
    await store.limits.take(uses, nowMs)
    await store.authenticators.add({ method: 'sms', userKey: 'corp:ann', label: '', phone: '930' })
    await store.users.removeUser('corp:ann')
    for (const use of uses) {
      expect(await store.limits.look([use], nowMs)).to.deep.equal({ ok: false, key: use.key })
    }
    await store.close()
  })
})
