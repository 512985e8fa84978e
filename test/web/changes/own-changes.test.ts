import { expect } from 'chai'
import type { User } from '../../../src/accounts/index.ts'
import type { SelfOperations } from '../../../src/operations/index.ts'
import type { PortalCaller } from '../../../src/support/index.ts'
import { type ChangeProof, ownChanges } from '../../../src/web/index.ts'
import { deviceId, readDeviceId } from '../../../src/web/people/device-id.ts'

const user: User = {
  ...{ key: 'local:alice', directory: 'local', name: 'alice', displayName: 'Alice' },
  ...{ groups: [], phones: [] },
}
const caller: PortalCaller = {
  ...{ via: 'portal', userKey: user.key, name: user.name, address: '192.0.2.7' },
  ...{ session: 'whole', isConfirmed: true, tokenHash: new Uint8Array(32) },
}
const proof: ChangeProof = {
  ...{ method: 'email', authenticatorId: 'a1', hadPin: false, session: new Uint8Array(32) },
  ...{ address: '192.0.2.7', caller },
}
const begin = async () => undefined

describe('changes that people confirm about themselves', () => {
  const asked: { name: string; args: unknown; by: PortalCaller }[] = []
  let answer: unknown
  // The answer is what the operation of that name gives; the test says which one it is.
  const operations = (async (by: PortalCaller, name: string, args: unknown) => {
    asked.push({ name, args, by })
    return answer
  }) as SelfOperations
  const changes = ownChanges(operations)
  beforeEach(() => asked.splice(0))

  it('pass the passwords on, and a refusal as the person reads it', async () => {
    answer = { kind: 'refused', reason: 'too-short', text: 'Te kort' }
    const change = { change: 'password', current: 'old', chosen: 'new' } as const
    expect(await changes.password?.(change, user, proof, begin)).to.deep.equal({
      ...{ step: 'refused', reason: 'too-short', text: 'Te kort' },
    })
    expect(asked).to.deep.equal([
      { name: 'own.password', args: { current: 'old', chosen: 'new' }, by: caller },
    ])
    answer = { kind: 'changed' }
    expect(await changes.password?.(change, user, proof, begin)).to.deep.equal({ kind: 'changed' })
  })

  it('say by which method a report was confirmed: mail stops nothing', async () => {
    answer = { stopped: 'nothing' }
    const change = { change: 'not-me', signIn: 'abc' } as const
    const result = await changes['not-me']?.(change, user, proof, begin)
    expect(result).to.deep.equal({ kind: 'reported', stopped: 'nothing' })
    expect(asked[0]).to.deep.include({
      ...{ name: 'own.report', args: { signIn: 'abc', method: 'email' } },
    })
  })

  it('tell the page what a report has stopped, and nothing of the store', async () => {
    for (const [stopped, shown] of [
      ['prompts', 'prompts'],
      ['account', 'account'],
      ['not-yet', 'nothing'],
    ] as const) {
      answer = { stopped }
      const change = { change: 'not-me', signIn: 'abc' } as const
      const result = await changes['not-me']?.(change, user, proof, begin)
      expect(result).to.deep.equal({ kind: 'reported', stopped: shown })
    }
  })

  it('forget the device that a page has named, and nothing for a made-up name', async () => {
    const device = { kind: 'mac', value: '001122334455' } as const
    const id = deviceId(device)
    expect(id).to.have.length.below(64)
    await changes['forget-device']?.({ change: 'forget-device', device: id }, user, proof, begin)
    for (const made of ['', 'mac', 'tv.1', '__proto__']) {
      const change = { change: 'forget-device', device: made } as const
      await changes['forget-device']?.(change, user, proof, begin)
    }
    expect(asked).to.deep.equal([{ name: 'remembered.forget', args: { device }, by: caller }])
  })

  it('name every kind of device so that it is found again', () => {
    for (const device of [
      { kind: 'mac', value: '001122334455' },
      { kind: 'address', value: '2001:db8::1' },
      { kind: 'certificate', value: '0'.repeat(40) },
    ] as const) {
      expect(readDeviceId(deviceId(device))).to.deep.equal(device)
    }
  })
})
