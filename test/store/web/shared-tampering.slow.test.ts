import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import { createFolder, masterKey } from '../stores.ts'

const hash = (byte: number) => new Uint8Array(32).fill(byte)
const untilMs = Date.now() + 600_000

// What someone may do who can write to the database, and wants a phone or a step of another person.
const attacks: readonly (readonly [title: string, sql: string])[] = [
  ['the phone of a pairing', `update pairing set token_hash = x'${'07'.repeat(32)}'`],
  ['the person of a pairing', `update pairing set user_key = 'corp:mallory'`],
  ['the name of a pairing', `update pairing set user_name = 'mallory'`],
  ['the end of a pairing', `update pairing set until_ms = until_ms + 1`],
  ['the version of a pairing', `update pairing set version = version + 1`],
  ['the person of a step', `update web_wait set user_key = 'corp:mallory'`],
  ['the browser of a step', `update web_wait set token_hash = x'${'07'.repeat(32)}'`],
  ['the kind of a step', `update web_wait set kind = 'confirmation'`],
]

describe('what nodes have in common, changed in the database', () => {
  for (const [title, sql] of attacks) {
    it(`${title}: counts as nothing`, async () => {
      const folder = createFolder()
      const file = join(folder.path, 'store.db')
      const unreadable: string[] = []
      const open = () =>
        openStore({
          ...{ file, keyring: createKeyring({ current: masterKey }), node: 'node-1' },
          onUnreadable: ({ code }) => unreadable.push(code),
        })
      const store = await open()
      const person = { userKey: 'corp:alice', untilMs, content: '{}' }
      const claimed = { tokenHash: hash(1) }
      await store.pairings.open({ ...person, ...claimed, id: 'one', userName: 'alice', version: 0 })
      await store.webWaits.begin({ ...person, tokenHash: hash(2), kind: 'sign-in' })
      await store.close()

      const database = new DatabaseSync(file)
      database.exec(sql)
      database.close()

      const again = await open()
      const found = [
        ...(await again.pairings.ofName('alice')),
        ...(await again.pairings.ofName('mallory')),
        ...[await again.webWaits.takeOver(hash(2), undefined, Date.now())],
        ...[await again.webWaits.takeOver(hash(7), undefined, Date.now())],
      ]
      await again.close()
      folder.remove()
      expect(found.filter((each) => each !== undefined)).to.have.length(1)
      expect(unreadable).to.deep.equal(['sealed-value-invalid'])
    })
  }
})
