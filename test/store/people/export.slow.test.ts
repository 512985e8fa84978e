import { expect } from 'chai'
import type { ExportedUser } from '../../../src/store/index.ts'
import { signInRecord } from '../stores.ts'
import {
  createFilledStore,
  type Filled,
  type FilledStore,
  fillTheRest,
  userKeyOf,
} from './filled-store.ts'

const nowMs = 1_800_000_000_000

/** What could stand for a person. A new column is shown to be exported, or stands here. */
const secrets: readonly string[] = [
  'authenticator.seed',
  'authenticator.pin',
  'authenticator.spent_by',
  'recovery_code.code_hash',
  'recovery_code.spent_by',
  'prompt.request_authenticator',
  'remembered.mac',
  'web_session.token_hash',
  'web_session.password_stamp',
  'web_session.mac',
  'web_step.token_hash',
  'web_step.content',
  'enrolment_code.code_hash',
  'enrolment_code.password_stamp',
]
/** The name in the form that is compared. */
const repeated: readonly string[] = ['user.search_name']

describe('the export of a person', () => {
  let filled: FilledStore
  let alice: Filled
  let exported: string
  let parsed: ExportedUser['tables']

  before(async () => {
    filled = await createFilledStore()
    alice = filled.fill('alicezz')
    filled.fill('bobzz')
    const store = await filled.open()
    await fillTheRest(store, 'alicezz', nowMs)
    await fillTheRest(store, 'bobzz', nowMs)
    const whole = await store.users.exportUser(userKeyOf('alicezz'), ['alicezz:in-the-directory'])
    expect(whole.auditIsCut).to.equal(false)
    await store.close()
    parsed = whole.tables
    exported = JSON.stringify(whole)
  })
  after(() => filled.remove())

  const rowsOf = (table: string) => new Map(Object.entries(parsed)).get(table) ?? []

  it('holds every column of every table, but what could stand for the person', () => {
    const missing = alice.columns.filter(({ table, name, value }) => {
      if (name === 'user_key' || isSecret(table, name) || repeated.includes(`${table}.${name}`)) {
        return false
      }
      const text = typeof value === 'number' && name.endsWith('_ms') ? isoOf(value) : String(value)
      return !exported.includes(text)
    })
    expect(missing).to.deep.equal([])
  })

  it('says of a secret that there is one, and not a byte of it', () => {
    for (const { table, name, value } of alice.columns.filter((one) =>
      isSecret(one.table, one.name),
    )) {
      const bytes = Buffer.from(String(value))
      expect(rowsOf(table)[0]?.[name], `${table}.${name}`).to.equal('kept, not shown')
      for (const text of [String(value), bytes.toString('base64'), bytes.toString('hex')]) {
        expect(exported.includes(text), `${table}.${name}`).to.equal(false)
      }
    }
    expect(parsed.secret).to.deep.equal([{ password_hash: 'kept, not shown' }])
  })

  it('holds the audit of the person, also where only the name was known, and the counts', () => {
    expect(parsed.audit.map(({ sign_in_id: id }) => id)).to.have.members([...['a-1', 'a-2', '']])
    for (const text of ['source', 'device', 'timeline', 'reason']) {
      expect(exported).to.include(`alicezz:${text}`)
    }
    expect(parsed.audit[0]).to.not.have.any.keys('hash', 'salt', 'personal_hash')
    expect(parsed.limit_use).to.have.length(6)
  })

  it('holds nothing of anyone else', () => {
    expect(exported).to.not.include('bobzz')
  })

  it('is empty for someone of whom nothing is kept', async () => {
    const store = await filled.open()
    const { tables } = await store.users.exportUser('corp:nobody', [])
    await store.close()
    expect(Object.values(tables).flat()).to.deep.equal([])
    expect(tables).to.have.all.keys(Object.keys(parsed))
  })

  it('says when the audit has more rows than it holds', async () => {
    const store = await filled.open()
    const rows = 10_001
    for (let index = 0; index < rows; index += 100) {
      const some = Math.min(100, rows - index)
      await Promise.all(Array.from({ length: some }, () => store.audit.record(signInRecord())))
    }
    const { tables, auditIsCut } = await store.users.exportUser('corp:alice', [])
    await store.close()
    expect([tables.audit.length, auditIsCut]).to.deep.equal([10_000, true])
  })
})

function isSecret(table: string, name: string): boolean {
  return secrets.includes(`${table}.${name}`)
}

function isoOf(value: number): string {
  return new Date(value).toISOString()
}
