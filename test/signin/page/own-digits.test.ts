import { expect } from 'chai'
import { type GatewayRules, type Outcome, withoutQuestions } from '../../../src/signin/index.ts'
import { showPrompt } from '../../../src/web/approve/show.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  password,
  reasonOf,
  totp,
  type WorldOptions,
  wrongCodeFor,
} from '../harness.ts'
import { msChap } from '../ms-chap-peer.ts'
import { openPage } from './people.ts'
import { phonesOf } from './phones.ts'

const methods = ['push', 'totp', 'passkey'] as const
const mute = gatewayRules({ methods, challenges: false })
const appending = gatewayRules({ methods, flow: 'append' })
const owner = { gateway: mute, device: laptop } as const
const thief = { gateway: mute, device: otherLaptop } as const

async function alice(options?: WorldOptions) {
  const world = createWorld(options)
  const phones = phonesOf(world)
  const phone = await phones.enrol('alice', 'Pixel')
  const waits = () => phones.look('local:alice')
  return { world, phones, phone, waits }
}

/** Alice's sign-in, held for her phone. */
async function held(typed = `${password},42`, gateway: GatewayRules = mute) {
  const scene = await alice()
  const pending = scene.world.start({ ...owner, gateway, password: typed })
  await flush()
  expect(reasonOf(pending.outcome)).to.equal('held')
  return { ...scene, pending }
}

function messageOf(outcome: Outcome | undefined): string {
  return outcome?.kind === 'reject' ? outcome.message : ''
}

async function wrongCodes({ world }: { readonly world: ReturnType<typeof createWorld> }) {
  return (await world.parts.accounts.load('local:alice')).wrongCodes
}

describe('digits of the person’s own, after the password and on the phone', () => {
  const flows = {
    auto: mute,
    append: appending,
    'auto, inside TTLS': withoutQuestions(gatewayRules({ methods })),
  }
  for (const [name, gateway] of Object.entries(flows)) {
    it(`let in where they are the same, in flow ${name}`, async () => {
      const { world, phones, phone, pending } = await held(`${password}, 42`, gateway)
      const approved = await phones.approve('alice', phone, '42')
      expect(approved).to.deep.equal({ kind: 'approved', answered: 'in-time' })
      await flush()
      expect(reasonOf(pending.outcome)).to.equal('accepted')
      expect(world.local.passwords).to.deep.equal([password])
      const row = world.rows.at(-1)
      expect(row).to.include({ method: 'push', outcome: 'accept' })
      const steps = Object.fromEntries(
        row?.timeline.map(({ what, detail }) => [what, detail]) ?? [],
      )
      expect(steps['password-read']).to.deep.equal({ as: 'digits' })
      expect(steps['prompt-ended']).to.deep.equal({
        ...{ result: 'approved', by: phone.id, name: 'Pixel' },
      })
    })
  }

  it('are told to no one, and the page says which ones it asks for', async () => {
    const { waits } = await held()
    const shown = showPrompt((await waits()) ?? expect.fail(), () => undefined)
    expect(shown).to.include({ digits: 2, isOwn: true })
    expect(JSON.stringify(shown)).not.to.contain('42"')
  })

  it('others refuse the sign-in and warn, and there is one try (PEOPLE R9)', async () => {
    const { world, phones, phone, pending, waits } = await held()
    expect(await phones.approve('alice', phone, '24')).to.deep.equal({ kind: 'wrong-number' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('prompt-refused')
    expect(world.stores.alerts.map(({ kind }) => kind)).to.deep.equal(['wrong-number'])
    expect(await waits()).to.equal(undefined)
  })

  it('none at all does not approve', async () => {
    const { phones, phone } = await held()
    expect(await phones.approve('alice', phone, '')).to.deep.equal({ kind: 'wrong-number' })
  })

  it('a passkey of the person may answer in their place', async () => {
    const world = createWorld()
    const phones = phonesOf(world)
    const page = openPage(world)
    await phones.enrol('alice')
    const passkey = await page.enrol('alice')
    const gateway = gatewayRules({ methods: ['push', 'passkey'], challenges: false })
    const pending = world.start({ ...owner, gateway, password: `${password},42` })
    await flush()
    await page.approve('alice', passkey)
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
  })

  it('count as no wrong code, right or wrong', async () => {
    const scene = await held()
    expect(await wrongCodes(scene)).to.equal(0)
    await scene.phones.approve('alice', scene.phone, '24')
    await flush()
    expect(await wrongCodes(scene)).to.equal(0)
  })

  it('after a wrong password ask no phone, and the directory does not see them', async () => {
    const { world, waits } = await alice()
    const pending = world.start({ ...owner, password: 'Summer,42' })
    await world.advance(1_100)
    expect(reasonOf(pending.outcome)).to.equal('password-wrong')
    expect(world.local.passwords).to.deep.equal(['Summer'])
    expect(await waits()).to.equal(undefined)
  })

  it('are ignored where no second factor is asked for', async () => {
    const outcome = { kind: 'no-second-factor' } as const
    const { world, waits } = await alice({ parts: { rules: [{ name: 'office', outcome }] } })
    expect(reasonOf(await world.ask({ ...owner, password: `${password},42` }))).to.equal('accepted')
    expect(await waits()).to.equal(undefined)
  })

  it('do not help where the rule allows no phone', async () => {
    const outcome = { kind: 'second-factor', methods: ['totp'] } as const
    const { world, waits } = await alice({ parts: { rules: [{ name: 'codes', outcome }] } })
    await world.enrol('alice', totp)
    const asked = await world.ask({ ...owner, password: `${password},42` })
    expect(reasonOf(asked)).to.equal('method-not-allowed')
    expect(await waits()).to.equal(undefined)
  })

  it('and not where the code comes before the password: nothing rings until that is proven', async () => {
    const { world, waits } = await alice()
    const gateway = { ...mute, secondFactorFirst: true }
    const asked = await world.ask({ ...owner, gateway, password: `${password},42` })
    expect(reasonOf(asked)).to.equal('code-missing')
    expect(await waits()).to.equal(undefined)
    expect(world.local.verified).to.equal(0)
  })

  it('nor after the person has reported a stranger', async () => {
    const { world, waits } = await alice()
    await world.parts.accounts.stopPrompts('local:alice', world.clock.nowMs())
    const asked = await world.ask({ ...owner, password: `${password},42` })
    expect(asked.kind).to.equal('reject')
    expect(await waits()).to.equal(undefined)
  })

  it('nor in the pause after three that were not approved (PEOPLE R12)', async () => {
    const { world, phones, phone, waits } = await alice()
    for (const digits of ['41', '42', '43']) {
      world.start({ ...owner, password: `${password},${digits}` })
      await flush()
      await phones.approve('alice', phone, '99')
      await world.advance(11_000)
    }
    const asked = await world.ask({ ...owner, password: `${password},44` })
    expect(reasonOf(asked)).to.equal('prompts-paused')
    expect(await waits()).to.equal(undefined)
  })

  it('one more or one fewer is a slip, which the directory counts as no wrong password', async () => {
    for (const digits of ['4', '421']) {
      const { world, waits } = await alice()
      const asked = await world.ask({ ...owner, password: `${password},${digits}` })
      expect(reasonOf(asked), digits).to.equal('digits-missing')
      expect(world.local.passwords).to.deep.equal([password])
      expect(await waits()).to.equal(undefined)
    }
  })
})

describe('where neither a number nor digits are there, no phone is asked (PEOPLE R10)', () => {
  it('the password alone is refused, with what to type', async () => {
    for (const typed of [password, `${password},push`]) {
      const { world, waits } = await alice()
      const asked = await world.ask({ ...owner, password: typed })
      expect(reasonOf(asked)).to.equal('digits-missing')
      expect(messageOf(asked)).to.contain('","').and.to.contain('2 cijfers')
      expect(await waits()).to.equal(undefined)
    }
  })

  it('a call rings as before', async () => {
    const { world, waits } = await alice()
    await world.enrol('alice', call)
    const gateway = gatewayRules({ methods: ['push', 'call'], challenges: false })
    world.start({ ...owner, gateway })
    await flush()
    expect(world.phone.calls).to.have.length(1)
    expect(await waits()).to.equal(undefined)
  })

  it('nor a passkey waited for, where the person prefers the call', async () => {
    const { world, waits } = await alice()
    await openPage(world).enrol('alice')
    await world.enrol('alice', call)
    await world.parts.accounts.setDefaultMethod('local:alice', 'call')
    const gateway = gatewayRules({ methods: ['passkey', 'push', 'call'], challenges: false })
    world.start({ ...owner, gateway })
    await flush()
    expect(world.phone.calls).to.have.length(1)
    expect(await waits()).to.equal(undefined)
  })

  const unread = {
    'a gateway that holds': { ...mute, flow: 'hold' },
    'one behind whose passwords nothing is read': { ...mute, append: false },
    'one without a delimiter': { ...appending, append: { delimiter: '', words: true } },
    'one that shows the number itself': gatewayRules({ methods }),
  } as const
  for (const [name, gateway] of Object.entries(unread)) {
    it(`${name}: the digits are part of the password`, async () => {
      const { world, waits } = await alice()
      const pending = world.start({ ...owner, gateway, password: `${password},42` })
      await world.advance(1_100)
      expect(pending.outcome?.kind).to.equal('reject')
      expect(await waits()).to.equal(undefined)
      expect(world.local.passwords).to.deep.equal([`${password},42`])
    })
  }

  it('MS-CHAP sends no password that digits could be cut from', async () => {
    for (const typed of [password, `${password},42`]) {
      const { world, waits } = await alice()
      const pending = world.start({ ...owner, credential: msChap(typed) })
      await world.advance(1_100)
      expect(pending.outcome?.kind).to.equal('reject')
      expect(await waits()).to.equal(undefined)
    }
  })

  it('and a word does not either where no password is typed', async () => {
    const { world, waits } = await alice()
    const gateway = gatewayRules({
      ...{ methods, flow: 'code-only' },
      firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: true },
    })
    const pending = world.start({ ...owner, gateway, password: 'push' })
    await world.advance(1_100)
    expect(pending.outcome?.kind).to.equal('reject')
    expect(await waits()).to.equal(undefined)
  })

  it('a person who has no phone may have a password that ends so', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    const pending = world.start({ ...owner, password: `${password},42` })
    await world.advance(1_100)
    expect(reasonOf(pending.outcome)).to.equal('password-wrong')
    expect(world.local.passwords).to.deep.equal([`${password},42`])
  })

  it('a person who has one, and a password that ends so, types digits after it', async () => {
    const { world, phones, phone } = await alice()
    const own = `${password},99`
    world.local.instead.verify = async (_user, credential) => ({
      kind: credential.kind === 'pap' && credential.password.reveal() === own ? 'right' : 'wrong',
    })
    const pending = world.start({ ...owner, password: `${own},42` })
    await flush()
    await phones.approve('alice', phone, '42')
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
  })
})

describe('a thief who knows the password types digits as well (PEOPLE R11)', () => {
  it('first: the owner is refused, reads of it on the phone, and the thief gets nothing', async () => {
    const { world, phones, phone, waits } = await alice()
    const theirs = world.start({ ...thief, password: `${password},42` })
    await flush()
    const asked = await world.ask({ ...owner, password: `${password},77` })
    expect(reasonOf(asked)).to.equal('another-sign-in-open')
    expect((await waits())?.refused).to.have.length(1)
    expect(await phones.approve('alice', phone, '77')).to.deep.equal({ kind: 'wrong-number' })
    await flush()
    expect(reasonOf(theirs.outcome)).to.equal('prompt-refused')
  })

  it('second: they are refused, and the owner gets in', async () => {
    const { world, phones, phone, pending } = await held()
    const theirs = await world.ask({ ...thief, password: `${password},77` })
    expect(reasonOf(theirs)).to.equal('another-sign-in-open')
    await phones.approve('alice', phone, '42')
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
  })

  it('with the address of the owner: other digits share nothing', async () => {
    const { world, phones, phone, pending } = await held()
    const theirs = await world.ask({ ...owner, password: `${password},77` })
    expect(reasonOf(theirs)).to.equal('another-sign-in-open')
    await phones.approve('alice', phone, '42')
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
  })

  it('a packet that comes again with the same digits shares the prompt', async () => {
    const { world, phones, phone, pending } = await held()
    const again = world.start({ ...owner, password: `${password},42` })
    await flush()
    await phones.approve('alice', phone, '42')
    await flush()
    expect([pending, again].map(({ outcome }) => reasonOf(outcome))).to.deep.equal([
      'accepted',
      'accepted',
    ])
    expect(world.stores.openPrompts.size).to.equal(0)
  })
})

describe('digits that are typed on the phone after the Reject (RULES 14)', () => {
  /** Refused at the margin, and approved a moment later. */
  async function late(scene?: { readonly answer: string }) {
    const found = await held()
    const { world, phones, phone, pending } = found
    await world.advance(19_100)
    expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
    const answered = await phones.approve('alice', phone, scene?.answer ?? '42')
    await flush()
    return { ...found, answered }
  }
  const second = async (
    { world }: { readonly world: ReturnType<typeof createWorld> },
    ask: Parameters<typeof world.start>[0],
  ) => {
    const pending = world.start({ ...owner, ...ask })
    await flush()
    return reasonOf(pending.outcome)
  }

  it('let the second try in with the same ones, once', async () => {
    const scene = await late()
    expect(scene.answered).to.deep.equal({ kind: 'approved', answered: 'sign-in-again' })
    expect(await second(scene, { password: `${password},42` })).to.equal('accepted')
    await scene.world.advance(11_000)
    expect(await second(scene, { password: `${password},42` })).to.equal('held')
  })

  it('not with others, nor from elsewhere: the phone is asked again', async () => {
    expect(await second(await late(), { password: `${password},77` })).to.equal('held')
    expect(await second(await late(), { ...thief, password: `${password},42` })).to.equal('held')
  })

  it('and not without any', async () => {
    expect(await second(await late(), { password })).to.equal('digits-missing')
  })

  it('and wrong ones let no one in', async () => {
    const scene = await late({ answer: '24' })
    expect(scene.answered).to.deep.equal({ kind: 'wrong-number' })
    expect(await second(scene, { password: `${password},42` })).to.equal('held')
  })
})

describe('six digits of the person’s own', () => {
  const settings = { numberDigits: 6 }
  const typedBy = async (own: (code: string, wrong: string) => string) => {
    const scene = await alice({ settings })
    const app = await scene.world.enrol('alice', totp)
    const typed = own(scene.world.code(app), wrongCodeFor(scene.world, app))
    const pending = scene.world.start({ ...owner, password: `${password},${typed}` })
    await flush()
    return { ...scene, typed, pending }
  }

  it('go to the phone where they are not a code, and count as a wrong one until it says yes', async () => {
    const scene = await typedBy((_code, wrong) => wrong)
    expect(reasonOf(scene.pending.outcome)).to.equal('held')
    expect(await wrongCodes(scene)).to.equal(1)
    await scene.phones.approve('alice', scene.phone, scene.typed)
    await flush()
    expect(reasonOf(scene.pending.outcome)).to.equal('accepted')
    expect(await wrongCodes(scene)).to.equal(0)
  })

  it('a code of the app is a code', async () => {
    const { pending, waits, world } = await typedBy((code) => code)
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    expect(world.rows.at(-1)?.method).to.equal('totp')
    expect(await waits()).to.equal(undefined)
  })

  it('guesses at codes lock as they do elsewhere, and ring no phone then', async () => {
    const { world, phones, phone, waits } = await alice({ settings })
    const app = await world.enrol('alice', totp)
    const wrong = wrongCodeFor(world, app)
    let rang = 0
    for (let guess = 0; guess < 10; guess += 1) {
      // From another network each time: three from one would pause what is asked (PEOPLE R12).
      const device = { kind: 'address', value: `198.51.${guess}.7` } as const
      world.start({ ...thief, device, password: `${password},${wrong}` })
      await flush()
      const isAsked = (await waits()) !== undefined
      if (isAsked) await phones.approve('alice', phone, '')
      rang += isAsked ? 1 : 0
      world.clock.advance(120_000)
    }
    expect(rang, 'the tenth locks').to.equal(9)
    const right = world.start({ ...thief, password: `${password},${world.code(app)}` })
    await world.advance(1_100)
    expect(reasonOf(right.outcome)).to.equal('locked')
  })
})

describe('a restart while a phone is asked (RULES 25)', () => {
  it('asks no one again before the old end, and says why', async () => {
    const { world } = await held()
    const [open] = await world.stores.prompts.listOpen()
    const registry = world.restart()
    await registry.noteInterrupted(open?.userKey ?? '', open?.deadlineMs ?? 0)
    const again = await world.ask({ ...owner, password: `${password},42` })
    expect(reasonOf(again)).to.equal('interrupted')
  })
})
