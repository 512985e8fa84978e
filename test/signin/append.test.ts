import { expect } from 'chai'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  hotp,
  laptop,
  password,
  reasonOf,
  recovery,
  recoveryCode,
  sms,
  stateOf,
  totp,
  wrongCodeFor,
} from './harness.ts'

const gateway = gatewayRules({ flow: 'append' })
const bare = gatewayRules({ flow: 'append', append: { delimiter: '', words: true } })

describe('flow append (RULES 7)', () => {
  it('takes what follows the last delimiter for the code, also in a password that holds it', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    world.local.instead.verify = async () => ({ kind: 'right' })
    await world.ask({ gateway, password: `a,b,12${','}${world.code(app)}` })
    expect(world.local.passwords).to.deep.equal(['a,b,12'])
  })

  it('finds the code without a delimiter, after a password that ends in digits', async () => {
    for (const rules of [gateway, bare]) {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      world.local.instead.verify = async () => ({ kind: 'right' })
      const typed = `Winter2024${world.code(app)}`
      expect(reasonOf(await world.ask({ gateway: rules, password: typed }))).to.equal('accepted')
      expect(world.local.passwords).to.deep.equal(['Winter2024'])
    }
  })

  it('reads an eight-digit code and a code with a space', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', { ...totp, digits: 8 })
    const code = world.code(app)
    const typed = `${password},${code.slice(0, 4)} ${code.slice(4)}`
    expect(reasonOf(await world.ask({ gateway, password: typed }))).to.equal('accepted')
  })

  it('refuses without a code, whatever phones there are', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    await world.enrol('alice', call)
    expect(reasonOf(await world.ask({ gateway }))).to.equal('code-missing')
    expect(reasonOf(await world.ask({ gateway, password: 'wrong' }))).to.equal('password-wrong')
    expect(world.phone.calls).to.have.length(0)
  })

  it('counts words only after the delimiter', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    world.local.instead.verify = async () => ({ kind: 'right' })
    expect(reasonOf(await world.ask({ gateway, password: 'Recall' }))).to.equal('code-missing')
    expect(reasonOf(await world.ask({ gateway: bare, password: 'Re,call' }))).to.equal(
      'code-missing',
    )
    expect(world.local.passwords).to.deep.equal(['Recall', 'Re,call'])
    expect(world.phone.calls).to.have.length(0)
  })

  it('starts what a word names, once the password was right', async () => {
    for (const word of ['call', 'PUSH', ' phone ']) {
      const world = createWorld()
      await world.enrol('alice', call)
      const wrong = await world.ask({ gateway, password: `wrong,${word}` })
      expect(reasonOf(wrong)).to.equal('password-wrong')
      expect(world.phone.calls).to.have.length(0)
      const pending = world.start({ gateway, password: `${password},${word}` })
      await flush()
      world.phone.approve()
      await flush()
      expect(reasonOf(pending.outcome)).to.equal('accepted')
    }
  })

  it('rings the second phone for phone2, and refuses a word that is not enrolled', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', { ...call, phone: '+31612345699' })
    world.start({ gateway, password: `${password},phone2` })
    await flush()
    expect(world.phone.only().request.authenticator).to.include({ phone: '+31612345699' })
    const refused = await world.ask({ gateway, password: `${password},phone3` })
    expect(reasonOf(refused)).to.equal('no-method-for-flow')
  })

  it('sends a text for the word, and asks for it where the gateway can', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const mute = gatewayRules({ flow: 'append', challenges: false })
    const typed = `${password},sms`
    expect(reasonOf(await world.ask({ gateway: mute, password: typed }))).to.equal(
      'no-method-for-flow',
    )
    expect(world.sms.sent).to.have.length(0)
    expect(await world.ask({ gateway, password: typed })).to.include({ kind: 'challenge' })
    expect(world.sms.sent).to.have.length(1)
  })

  it('knows no words where they are switched off', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const rules = gatewayRules({ append: { delimiter: ',', words: false } })
    expect(reasonOf(await world.ask({ gateway: rules, password: `${password},call` }))).to.equal(
      'password-wrong',
    )
    expect(world.local.passwords).to.deep.equal([`${password},call`])
  })

  it('asks the directory once at most, whatever is typed', async () => {
    for (const typed of ['wrong,123456', 'wrong,12345678', 'wrong,call', 'a,b,c,d']) {
      const world = createWorld()
      await world.enrol('alice', totp)
      await world.enrol('alice', { ...totp, digits: 8 })
      await world.enrol('alice', call)
      await world.ask({ gateway, password: typed })
      expect(world.local.verified, typed).to.equal(1)
    }
  })

  it('asks no directory and counts nothing where digits at the end fit no code', async () => {
    for (const typed of [`${password}00000000`, `${password}000000`, '00000000', 'Winter123456']) {
      const world = createWorld()
      await world.enrol('alice', totp)
      await world.enrol('alice', { ...totp, digits: 8 })
      for (const rules of [gateway, bare]) {
        expect(reasonOf(await world.ask({ gateway: rules, password: typed }))).to.equal(
          'code-wrong',
        )
      }
      expect(world.local.passwords, typed).to.deep.equal([])
      const account = await world.stores.accounts.load('local:alice')
      expect(account).to.include({ wrongPasswords: 0, wrongCodes: 0 })
    }
  })

  it('refuses a code alone as an empty password, and does not spend it', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const code = world.code(app)
    expect(reasonOf(await world.ask({ gateway, password: code }))).to.equal('password-empty')
    expect(world.local.verified).to.equal(0)
    expect(reasonOf(await world.ask({ gateway, password: `${password},${code}` }))).to.equal(
      'accepted',
    )
  })

  it('spends no code unless the password was right', async () => {
    const answers = ['wrong', 'locked', 'disabled', 'busy', 'shielded'] as const
    for (const kind of answers) {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      const typed = `${password},${world.code(app)}`
      world.local.instead.verify = async () =>
        kind === 'shielded' ? { kind, wrong: 4, threshold: 5, untilMs: 0 } : { kind }
      expect((await world.ask({ gateway, password: typed })).kind).to.equal('reject')
      delete world.local.instead.verify
      expect(reasonOf(await world.ask({ gateway, password: typed })), kind).to.equal('accepted')
    }
  })

  it('keeps HOTP and recovery codes until the password is right, then takes them once', async () => {
    const kinds = [
      [hotp, (_: unknown, world: ReturnType<typeof createWorld>, one: never) => world.code(one)],
      [recovery('alice'), () => recoveryCode],
    ] as const
    for (const [enrolment, codeFor] of kinds) {
      const world = createWorld()
      const one = await world.enrol('alice', enrolment)
      const code = codeFor(undefined, world, one as never)
      const ask = async (firstPart: string) =>
        reasonOf(await world.ask({ gateway, password: `${firstPart},${code}` }))
      expect(await ask('wrong')).to.equal('password-wrong')
      expect(await ask(password)).to.equal('accepted')
      expect(['code-reused', 'code-wrong', 'code-missing', 'password-wrong']).to.include(
        await ask(password),
      )
    }
  })

  it('says nothing of a used code after a wrong password, and counts only the password', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const code = world.code(app)
    await world.ask({ gateway, password: `${password},${code}` })
    expect(reasonOf(await world.ask({ gateway, password: `guess,${code}` }))).to.equal(
      'password-wrong',
    )
    expect(reasonOf(await world.ask({ gateway, password: `${password},${code}` }))).to.equal(
      'code-reused',
    )
    expect(world.local.passwords).to.deep.equal([password, 'guess', password])
    const account = await world.stores.accounts.load('local:alice')
    expect(account).to.include({ wrongPasswords: 1, wrongCodes: 0 })
  })

  it('counts a wrong code only after a right password (RULES 8)', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const wrong = wrongCodeFor(world, app)
    expect(reasonOf(await world.ask({ gateway, password: `wrong,${wrong}` }))).to.equal(
      'password-wrong',
    )
    expect((await world.stores.accounts.load('local:alice')).wrongCodes).to.equal(0)
    expect(reasonOf(await world.ask({ gateway, password: `${password},${wrong}` }))).to.equal(
      'code-wrong',
    )
    expect((await world.stores.accounts.load('local:alice')).wrongCodes).to.equal(1)
  })

  it('lets a code count in one of two requests at the same moment', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const ask = { gateway, password: `${password},${world.code(app)}` }
    const both = [world.start(ask), world.start(ask)]
    await flush()
    expect(both.map(({ outcome }) => reasonOf(outcome)).sort()).to.deep.equal([
      'accepted',
      'code-reused',
    ])
  })
})

describe('a code of a method that is not allowed here (RULES 5)', () => {
  it('does not count when it was sent before the method was taken away', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    await world.enrol('alice', totp)
    const menu = await world.ask()
    const state = stateOf(await world.ask({ password: '1', state: stateOf(menu) }))
    const without = gatewayRules({ methods: ['totp'] })
    const code = world.sms.lastCode()
    expect(reasonOf(await world.ask({ gateway: without, password: code, state }))).to.equal(
      'code-expired',
    )
  })

  const strict = (flow: 'append' | 'challenge' | 'auto') =>
    gatewayRules({ flow, methods: ['hotp'] })

  it('does not count after the password, and stays unspent', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    await world.enrol('alice', hotp)
    const typed = `${password},${world.code(app)}`
    const refused = await world.ask({ gateway: strict('append'), password: typed })
    expect(reasonOf(refused)).to.equal('method-not-allowed')
    const account = await world.stores.accounts.load('local:alice')
    expect(account.wrongCodes).to.equal(0)
    expect(reasonOf(await world.ask({ gateway, password: typed }))).to.equal('accepted')
  })

  it('does not count at a challenge, and is not spent there', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    await world.enrol('alice', hotp)
    const asked = await world.ask({ gateway: strict('challenge') })
    if (asked.kind !== 'challenge') throw new Error('expected a challenge')
    const code = world.code(app)
    const again = await world.ask({
      gateway: strict('challenge'),
      password: code,
      state: asked.state,
    })
    expect(again.kind).to.equal('challenge')
    expect(
      reasonOf(await world.ask({ gateway, password: `${password},${code}`, device: laptop })),
    ).to.equal('accepted')
  })
})
