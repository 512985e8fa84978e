import { expect } from 'chai'
import type { Directory } from '../../src/signin/index.ts'
import { createWorld, totp, type World } from './harness.ts'

const dayMs = 86_400_000

/**
 * A directory like Active Directory, which notes at every right password that the account was used: after one, it no longer
 * tells that no one had used it.
 */
function noting(world: World, usedMs: number): Directory {
  const local = world.parts.directories.get('local')
  if (local === undefined) throw new Error('no directory')
  let lastSeenMs = usedMs
  return {
    ...local,
    async resolve(name, signal) {
      const resolved = await local.resolve(name, signal)
      if (resolved.kind !== 'user') return resolved
      return { kind: 'user', user: { ...resolved.user, lastSeenMs } }
    },
    async verify(user, credential, signal) {
      const verified = await local.verify(user, credential, signal)
      if (verified.kind === 'right') lastSeenMs = world.clock.nowMs()
      return verified
    },
  }
}

function worldWhere(lastUsedAgoMs: number): World {
  const plain = createWorld()
  const directories = new Map([['local', noting(plain, plain.clock.nowMs() - lastUsedAgoMs)]])
  return createWorld({ parts: { directories } })
}

describe('an account that was not used for long (PEOPLE R2)', () => {
  it('is noted before the first right password, which would make it look used', async () => {
    const world = worldWhere(31 * dayMs)
    const usedMs = world.clock.nowMs() - 31 * dayMs
    // The thief knows the password, and tries it at a gateway first.
    await world.ask()
    expect(world.stores.idle.get('local:alice')).to.equal(usedMs)
    // The directory now says that it was used a moment ago.
    await world.ask()
    expect(world.stores.idle.get('local:alice')).to.equal(usedMs)
  })

  it('is not one within 30 days, and where the directory does not tell', async () => {
    const world = worldWhere(30 * dayMs)
    await world.ask()
    expect(world.stores.idle.size).to.equal(0)
    const silent = createWorld()
    await silent.ask()
    expect(silent.stores.idle.size).to.equal(0)
  })

  it('is not that of a person who has something to sign in with', async () => {
    const world = worldWhere(400 * dayMs)
    await world.enrol('alice', totp)
    await world.ask()
    expect(world.stores.idle.size).to.equal(0)
  })

  it('keeps a sign-in from the password while it cannot be noted', async () => {
    const world = worldWhere(31 * dayMs)
    world.stores.failing.add('personRecords.markIdle')
    expect(await world.ask()).to.include({ kind: 'reject', reason: 'store-failed' })
  })
})
