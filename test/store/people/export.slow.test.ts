import { expect } from 'chai'
import type { AuditPlace, ExportedAudit, ExportedUser } from '../../../src/store/index.ts'
import { signInRecord } from '../stores.ts'
import {
  createFilledStore,
  type Filled,
  type FilledStore,
  fillTheRest,
  userKeyOf,
} from './filled-store.ts'

const nowMs = 1_800_000_000_000

/** What could stand for a person. A new column is shown to be exported, or is listed here. */
const secrets: readonly string[] = [
  'authenticator.seed',
  'authenticator.pin',
  'authenticator.spent_by',
  'authenticator.spent_claim',
  'recovery_code.code_hash',
  'authenticator.passkey',
  'authenticator.subscription',
  'authenticator.endpoint_hash',
  'person.user_handle',
  'recovery_code.spent_by',
  'recovery_code.spent_claim',
  'prompt.request_authenticator',
  'remembered.mac',
  'pairing.token_hash',
  'pairing.content',
  'web_wait.token_hash',
  'web_wait.content',
  'web_session.token_hash',
  'web_session.password_stamp',
  'web_session.mac',
  'web_step.token_hash',
  'web_step.content',
  'enrolment_code.code_hash',
  'enrolment_code.password_stamp',
  'shared_miss.password_key',
  'shared_prompt.content',
  'shared_prompt.claim_key',
  'shared_prompt.token_hash',
  'shared_prompt.progress',
  'shared_prompt.result',
]
/** The name in the form that is compared. */
const repeated: readonly string[] = ['user.search_name']

describe('the export of a person', () => {
  let filled: FilledStore
  let alice: Filled
  let exported: string
  let parsed: ExportedUser
  let audit: ExportedAudit['rows']

  before(async () => {
    filled = await createFilledStore()
    alice = filled.fill('alicezz')
    filled.fill('bobzz')
    const store = await filled.open()
    await fillTheRest(store, 'alicezz', nowMs)
    await fillTheRest(store, 'bobzz', nowMs)
    parsed = await store.users.exportUser(userKeyOf('alicezz'), ['alicezz:in-the-directory'])
    audit = (await store.users.exportAudit(userKeyOf('alicezz'), 100)).rows
    await store.close()
    exported = JSON.stringify({ parsed, audit })
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
    expect(audit.map(({ sign_in_id: id }) => id)).to.have.members([...['a-1', 'a-2', '']])
    for (const text of ['source', 'device', 'timeline', 'reason']) {
      expect(exported).to.include(`alicezz:${text}`)
    }
    expect(audit[0]).to.not.have.any.keys('hash', 'salt', 'personal_hash')
    expect(parsed.limit_use).to.have.length(6)
  })

  it('holds nothing of anyone else', () => {
    expect(exported).to.not.include('bobzz')
  })

  it('is empty for someone who is unknown', async () => {
    const store = await filled.open()
    const tables = await store.users.exportUser('corp:nobody', [])
    expect(await store.users.exportAudit('corp:nobody', 100)).to.deep.equal({ rows: [] })
    await store.close()
    expect(Object.values(tables).flat()).to.deep.equal([])
    expect(tables).to.have.all.keys(Object.keys(parsed))
  })

  it('gives the audit page by page, each row once, newest first', async () => {
    const store = await filled.open()
    const ended = [5, 1, 5, 3, 5, 5, 2, 4, 1, 5]
    for (const [index, endedAtMs] of ended.entries()) {
      await store.audit.record(signInRecord({ signInId: `${index}`, endedAtMs }))
    }
    for (const limit of [1, 3, 5, 10, 11]) {
      const rows: ExportedAudit['rows'][number][] = []
      let after: AuditPlace | undefined
      let pages = 0
      do {
        const page = await store.users.exportAudit('corp:alice', limit, after)
        rows.push(...page.rows)
        after = page.next
        pages += 1
      } while (after !== undefined && pages < 20)
      const ids = rows.map(({ sign_in_id: id }) => id)
      expect(ids, `${limit}`).to.deep.equal(['9', '5', '4', '2', '0', '7', '3', '6', '8', '1'])
    }
    await store.close()
  })
})

function isSecret(table: string, name: string): boolean {
  return secrets.includes(`${table}.${name}`)
}

function isoOf(value: number): string {
  return new Date(value).toISOString()
}
