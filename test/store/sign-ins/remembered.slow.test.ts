import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import type { RememberedPlace, RememberedSignIn } from '../../../src/accounts/index.ts'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import {
  createFolder,
  describeSharedStores,
  describeStores,
  freshUser,
  masterKey,
} from '../stores.ts'

const nowMs = 1_750_000_000_000
const stamp = '133644672000000000'

function signIn(userKey: string, change: Partial<RememberedSignIn> = {}): RememberedSignIn {
  return {
    userKey,
    gatewayGroup: 'vpn',
    device: { kind: 'mac', value: '001122334455' },
    network: '',
    method: 'call',
    atMs: nowMs,
    untilMs: nowMs + 3_600_000,
    ...change,
  }
}

describeSharedStores('remembered sign-ins', (current) => {
  it('are found at their place, as they were kept', async () => {
    const { remembered } = current.store()
    const kept = signIn(freshUser(), { network: 'Büro, "1.OG"' })
    await remembered.keep(kept, stamp)
    expect(await remembered.find(kept, stamp)).to.deep.equal(kept)
  })

  const otherPlaces: Readonly<Record<string, Partial<RememberedPlace>>> = {
    'another person': { userKey: 'corp:somebody-else' },
    'another group of gateways': { gatewayGroup: 'vpn2' },
    'another device': { device: { kind: 'mac', value: '001122334456' } },
    'another kind of device': { device: { kind: 'address', value: '001122334455' } },
    'another wireless network': { network: 'corp' },
    'a name with another case': { gatewayGroup: 'VPN' },
    'a part of a name': { gatewayGroup: 'vp' },
    'a pattern': { gatewayGroup: '%' },
    'a name that ends in another field': {
      gatewayGroup: 'vpnmac',
      device: { kind: 'mac', value: '' },
    },
  }
  for (const [what, change] of Object.entries(otherPlaces)) {
    it(`say nothing about ${what}`, async () => {
      const { remembered } = current.store()
      const kept = signIn(freshUser())
      await remembered.keep(kept, stamp)
      expect(await remembered.find({ ...kept, ...change }, stamp)).to.equal(undefined)
    })
  }

  for (const other of ['133644672000000001', '', '0', `${stamp} `]) {
    it(`end with the password: stamp "${other}"`, async () => {
      const { remembered } = current.store()
      const kept = signIn(freshUser())
      await remembered.keep(kept, stamp)
      expect(await remembered.find(kept, other)).to.equal(undefined)
      await remembered.keep(kept, other)
      expect(await remembered.find(kept, stamp), 'nor does the old password come back').to.equal(
        undefined,
      )
    })
  }

  it('are one row a place: the last counts', async () => {
    const { remembered } = current.store()
    const first = signIn(freshUser())
    const second = { ...first, method: 'totp', atMs: nowMs + 5, untilMs: nowMs + 10 } as const
    await Promise.all([remembered.keep(first, 'old'), remembered.keep(second, stamp)])
    expect(await remembered.find(first, stamp)).to.deep.equal(second)
    expect(await remembered.list(first.userKey, nowMs)).to.deep.equal([second])
  })

  it('are listed for one person, the latest first, while they have not ended', async () => {
    const { remembered } = current.store()
    const userKey = freshUser()
    const early = signIn(userKey, { network: 'a', atMs: nowMs - 2 })
    const late = signIn(userKey, { network: 'b', atMs: nowMs - 1 })
    const ended = signIn(userKey, { network: 'c', untilMs: nowMs })
    for (const each of [early, late, ended, signIn(freshUser())]) await remembered.keep(each, stamp)
    expect(await remembered.list(userKey, nowMs)).to.deep.equal([late, early])
  })

  it('are forgotten one device at a time, everywhere, or all together', async () => {
    const { remembered } = current.store()
    const userKey = freshUser()
    const phone = { kind: 'mac', value: '665544332211' } as const
    const here = signIn(userKey)
    const there = signIn(userKey, { gatewayGroup: 'wifi' })
    const onPhone = signIn(userKey, { device: phone })
    const bystander = signIn(freshUser())
    for (const each of [here, there, onPhone, bystander]) await remembered.keep(each, stamp)
    expect(await remembered.forget(userKey, here.device)).to.equal(2)
    expect(await remembered.list(userKey, nowMs)).to.deep.equal([onPhone])
    expect(await remembered.forget(userKey, here.device), 'a second time').to.equal(0)
    expect(await remembered.forget(userKey)).to.equal(1)
    expect(await remembered.find(onPhone, stamp)).to.equal(undefined)
    expect(await remembered.find(bystander, stamp)).to.deep.equal(bystander)
  })

  it('end with a block, for good, and nothing is kept of a person who is blocked', async () => {
    const { accounts, remembered } = current.store()
    const kept = signIn(freshUser())
    await remembered.keep(kept, stamp)
    await Promise.all([accounts.block(kept.userKey, 'fraud', nowMs), remembered.keep(kept, stamp)])
    await accounts.release(kept.userKey)
    expect(await remembered.find(kept, stamp)).to.equal(undefined)
    await remembered.keep(kept, stamp)
    expect(await remembered.find(kept, stamp), 'afterwards as always').to.deep.equal(kept)
  })

  it('go with the person', async () => {
    const { remembered, users } = current.store()
    const kept = signIn(freshUser())
    await remembered.keep(kept, stamp)
    expect(await users.removeUser(kept.userKey)).to.equal(true)
    expect(await remembered.find(kept, stamp)).to.equal(undefined)
  })
})

describeStores('remembered sign-ins', (current) => {
  it('are there after a restart', async () => {
    const kept = signIn('corp:alice')
    await current.store().remembered.keep(kept, stamp)
    const { remembered } = await current.reopen()
    expect(await remembered.find(kept, stamp)).to.deep.equal(kept)
  })

  for (const stepRows of [1, 2, 5, 100]) {
    it(`are purged when they have ended, ${stepRows} at a time`, async () => {
      const { remembered } = current.store()
      for (let index = 0; index < 5; index += 1) {
        await remembered.keep(signIn(`corp:${index}`, { untilMs: nowMs - index }), stamp)
      }
      const open = signIn('corp:open', { untilMs: nowMs + 1 })
      await remembered.keep(open, stamp)
      expect(await remembered.purge(nowMs, stepRows)).to.equal(5)
      expect(await remembered.find(signIn('corp:0'), stamp)).to.equal(undefined)
      expect(await remembered.purge(nowMs, stepRows)).to.equal(0)
      expect(await remembered.find(open, stamp)).to.deep.equal(open)
    })
  }
})

describe('remembered sign-ins, with others at the file', () => {
  const folder = createFolder()
  const file = join(folder.path, 'store.db')
  const open = () =>
    openStore({ file, keyring: createKeyring({ current: masterKey }), node: 'node-1' })
  const kept = signIn('corp:alice')

  before(async () => {
    const store = await open()
    await store.remembered.keep(kept, stamp)
    await store.remembered.keep(signIn('corp:mallory'), stamp)
    await store.close()
  })

  after(() => folder.remove())

  /** Changes the file behind the store's back and tells what is found then; the change is undone. */
  async function findAfter(sql: string, place: RememberedPlace) {
    const database = new DatabaseSync(file)
    const rows = database.prepare('select * from remembered').all()
    database.exec(sql)
    database.close()
    const store = await open()
    const found = await store.remembered.find(place, stamp)
    await store.close()
    const restored = new DatabaseSync(file)
    restored.exec('delete from remembered')
    for (const row of rows) {
      const names = Object.keys(row)
      restored
        .prepare(`insert into remembered (${names}) values (${names.map(() => '?')})`)
        .run(...Object.values(row))
    }
    restored.close()
    return found
  }

  const swaps: Readonly<Record<string, string>> = {
    prolonged: `update remembered set until_ms = until_ms + 1 where user_key = 'corp:alice'`,
    younger: `update remembered set at_ms = at_ms + 1 where user_key = 'corp:alice'`,
    'of a stronger method': `update remembered set method = 'totp' where user_key = 'corp:alice'`,
    'given to somebody else': `delete from remembered where user_key = 'corp:alice';
      update remembered set user_key = 'corp:alice' where user_key = 'corp:mallory'`,
    'with the seal of another': `update remembered set mac =
      (select mac from remembered where user_key = 'corp:mallory') where user_key = 'corp:alice'`,
    'with no seal': `update remembered set mac = x'' where user_key = 'corp:alice'`,
    'with a text for a seal': `update remembered set mac = 'garbage' where user_key = 'corp:alice'`,
    'with a text for a time': `update remembered set until_ms = 'later' where user_key = 'corp:alice'`,
  }
  for (const [what, sql] of Object.entries(swaps)) {
    it(`a row ${what} in the database does not count`, async () => {
      expect(await findAfter(sql, kept)).to.equal(undefined)
    })
  }

  it('an untouched one does', async () => {
    expect(await findAfter('select 1', kept)).to.deep.equal(kept)
  })

  it('another process finds what this one has kept, and forgets it for this one', async () => {
    const child = `
      import { createKeyring, openStore } from '${new URL('../../../src/store/index.ts', import.meta.url)}'
      const keyring = createKeyring({ current: new Uint8Array(32).fill(7) })
      const store = await openStore({ file: process.argv[2], keyring, node: 'node-2' })
      const [place, stamp] = JSON.parse(process.argv[3])
      const found = await store.remembered.find(place, stamp)
      const forgotten = await store.remembered.forget(place.userKey)
      await store.close()
      console.log(JSON.stringify({ found, forgotten }))`
    const program = join(folder.path, 'child.mjs')
    writeFileSync(program, child)
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [program, file, JSON.stringify([kept, stamp])],
      { encoding: 'utf8' },
    )
    expect(stdout, stderr).to.not.equal('')
    expect(JSON.parse(stdout)).to.deep.equal({ found: kept, forgotten: 1 })
    const store = await open()
    expect(await store.remembered.find(kept, stamp)).to.equal(undefined)
    await store.close()
  })
})
