import { expect } from 'chai'
import type { Pairing, PairingStore } from '../../src/accounts/index.ts'
import { createSavedSigning } from '../../src/operations/gateways/saved-signing.ts'
import { createPairingMemory, createPairings, pendingSetup } from '../../src/operations/index.ts'
import type { SettingStore } from '../../src/store/index.ts'
import { createManualClock } from '../support/manual-clock.ts'

describe('what a node of the next version has added to what nodes share (O19)', () => {
  it('keeps no phone from being paired', async () => {
    const clock = createManualClock()
    const memory = createPairingMemory(clock)
    const added = (pairing: Pairing | undefined) =>
      pairing && {
        ...pairing,
        content: JSON.stringify({ ...JSON.parse(pairing.content), added: { more: 1 } }),
      }
    const store: Omit<PairingStore, 'purge'> = {
      ...memory,
      ofPerson: async (userKey) => added(await memory.ofPerson(userKey)),
      ofToken: async (hash) => added(await memory.ofToken(hash)),
    }
    const pairings = createPairings(clock, store)
    const code = await pairings.open({ key: 'corp:alice', name: 'alice' }, clock.nowMs() + 60_000)
    expect(await pairings.claimed('corp:alice', code)).to.equal(undefined)
  })

  it('keeps no set-up from going on', () => {
    const unproven = { setup: 'app', seed: 'AAAA', added: 1 }
    const pending = { unproven, label: '', isAtBackup: false, triesLeft: 3, untilMs: 9, added: {} }
    expect(pendingSetup.safeParse(pending).success).to.equal(true)
  })

  it('does not make the service forget how gateways sign', async () => {
    const seen = { count: 3, firstMs: 1, lastMs: 2, added: 1 }
    const settings = {
      list: async () => [{ key: 'signing:vpn', value: JSON.stringify({ signed: seen, added: 1 }) }],
    } as unknown as SettingStore
    const saved = createSavedSigning(createManualClock(), settings, () => undefined, true)
    await saved.load()
    expect(saved.countsOf('vpn').signed).to.include({ count: 3 })
    await saved.stop()
  })
})
