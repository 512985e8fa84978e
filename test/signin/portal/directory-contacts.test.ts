import { expect } from 'chai'
import { methods } from '../../../src/accounts/index.ts'
import type { Directory, Resolved } from '../../../src/signin/index.ts'
import { createPortalGateways } from '../../../src/web/sign-in/gateways.ts'
import { createWorld, gatewayRules, sms, type World } from '../harness.ts'

/** A thief who knows the password of someone without any authenticator has entered a number in the directory. */
const written = { phones: ['+31699999999'], email: 'thief@elsewhere.example' }

function world(): World {
  const plain = createWorld()
  const local = plain.parts.directories.get('local') as Directory
  const withContacts = (resolved: Resolved): Resolved =>
    resolved.kind === 'user' ? { kind: 'user', user: { ...resolved.user, ...written } } : resolved
  const writable: Directory = {
    ...local,
    resolve: async (name, signal) => withContacts(await local.resolve(name, signal)),
    resolveKey: async (key, signal) => withContacts(await local.resolveKey(key, signal)),
  }
  return createWorld({ parts: { directories: new Map([['local', writable]]) } })
}

const gateways = (trustsDirectoryPhones: boolean) =>
  createPortalGateways({
    ...{ company: '', directories: ['local'], methods, trustsDirectoryPhones },
  })

describe('numbers and addresses of the directory at the portal (PEOPLE R2)', () => {
  it('let no one in: people can write their own there, so a thief can', async () => {
    for (const gateway of [gateways(false).signIn, gateways(false).confirm]) {
      const thief = world()
      const outcome = await thief.ask({ gateway, userKey: 'local:alice' })
      expect(outcome).to.include({ kind: 'reject', reason: 'set-up-begins' })
      expect(thief.sms.sent).to.deep.equal([])
      expect(thief.email.sent).to.deep.equal([])
    }
  })

  it('are asked at gateways as ever', async () => {
    const alice = world()
    const gateway = gatewayRules({ flow: 'challenge', challenges: true })
    expect(await alice.ask({ gateway })).to.include({ kind: 'challenge' })
  })

  it('count where the file says that only administrators write numbers; a mail address never does', async () => {
    const outcome = await world().ask({ gateway: gateways(true).signIn })
    if (outcome.kind !== 'challenge' || !('options' in (outcome.asked ?? {}))) {
      throw new Error(JSON.stringify(outcome))
    }
    const { options } = outcome.asked as { options: readonly { method: string; to: string }[] }
    expect(options.map(({ method, to }) => `${method} ${to}`)).to.have.members([
      'sms **99',
      'call **99',
    ])
  })

  it('are not offered beside what is enrolled', async () => {
    const alice = world()
    await alice.enrol('alice', sms)
    const outcome = await alice.ask({ gateway: gateways(false).signIn })
    if (outcome.kind !== 'challenge') throw new Error(JSON.stringify(outcome))
    const { options } = outcome.asked as { options: readonly { to: string }[] }
    expect(options.map(({ to }) => to)).to.deep.equal(['**21'])
  })
})
