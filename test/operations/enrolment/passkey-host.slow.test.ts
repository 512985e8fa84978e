import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { pinPasskeyHost } from '../../../src/operations/enrolment/passkey-host.ts'
import {
  checkPasskeyHost,
  checkPasskeys,
  createAdminOperations,
  createPersonLookup,
} from '../../../src/operations/index.ts'
import { createKeyring, openStore, type Store } from '../../../src/store/index.ts'
import { systemClock } from '../../../src/support/index.ts'

const { signal } = new AbortController()
const call = {
  ...{ signal, send: () => undefined },
  caller: { via: 'admin-socket', uid: 0, name: 'root' } as const,
}

describe('the host name that passkeys are bound to (PEOPLE R21)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-host-'))
  let store: Store
  let count = 0
  beforeEach(async () => {
    count += 1
    store = await openStore({
      ...{ file: join(folder, `${count}.db`), node: 'test' },
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
    })
  })
  afterEach(() => store.close())
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** Starts as the service does; the text where it is refused. */
  const start = (host: string | undefined) =>
    checkPasskeyHost(store, host).then(
      () => 'started',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    )
  const enrol = () =>
    store.authenticators.add({
      ...{ method: 'passkey', userKey: 'corp:alice', label: '', credentialId: 'AAEC' },
      ...{ publicKey: new Uint8Array(77), isDeviceBound: true, isBackedUp: false },
      ...{ aaguid: '', transports: [], signCount: 0 },
    })

  it('is any before there is a passkey, and none is asked for where there is no portal', async () => {
    expect(await start('mfa.example.org')).to.equal('started')
    expect(await start('other.example.org')).to.equal('started')
    await pinPasskeyHost(store.settings, 'mfa.example.org')
    expect(await start(undefined)).to.equal('started')
  })

  it('is that of the first one: a start with another is refused, with the way back and the way on', async () => {
    await pinPasskeyHost(store.settings, 'mfa.example.org')
    await enrol()
    expect(await start('mfa.example.org')).to.equal('started')
    const refused = await start('login.example.org')
    expect(refused).to.contain('login.example.org')
    expect(refused).to.contain('Write https://mfa.example.org again')
    expect(refused).to.contain('holdfast store forget-passkeys')
    expect(refused).to.contain('1 of 1 people')
    const [row] = await checkPasskeys(store.settings, 'login.example.org')
    expect(row).to.include({ state: 'failed' })
  })

  it('stays, whatever comes later', async () => {
    await pinPasskeyHost(store.settings, 'mfa.example.org')
    await pinPasskeyHost(store.settings, 'login.example.org')
    expect(await start('mfa.example.org')).to.equal('started')
  })

  it('is free again once all passkeys are forgotten, which is in the audit', async () => {
    await pinPasskeyHost(store.settings, 'mfa.example.org')
    await enrol()
    const operations = createAdminOperations({
      ...{ clock: systemClock, store, issuer: 'Example', scratchFolder: folder },
      findPerson: createPersonLookup({ directories: [], users: store.users }),
      gateways: async () => [],
      usableMethods: () => ['passkey'],
    })
    expect(await operations['passkeys.forget']({}, call)).to.deep.equal({ removed: 1 })
    expect(await store.authenticators.list('corp:alice')).to.deep.equal([])
    expect(await start('login.example.org')).to.equal('started')
    const [row] = await store.audit.searchAudit({ limit: 1 })
    expect(row).to.include({ reason: 'admin-passkeys-forgotten' })
  })
})
