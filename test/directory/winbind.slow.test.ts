import { expect } from 'chai'
import { createWinbind, type WinbindOptions } from '../../src/directory/winbind/winbind.ts'
import type { MsChapCredential, Verified } from '../../src/signin/index.ts'
import { hex } from '../radius/hex.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { msChap1Vector, msChap2Vector } from '../vectors/ms-chap.ts'
import { createFakeNtlmAuth } from './fake-ntlm-auth.ts'

const never = new AbortController().signal

const credential: MsChapCredential = {
  kind: 'ms-chap',
  version: 2,
  identifier: 1,
  challenge: hex(msChap2Vector.challenge),
  peerChallenge: hex(msChap2Vector.peerChallenge),
  ntResponse: hex(msChap2Vector.ntResponse),
  userName: `CORP\\${msChap2Vector.userName}`,
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('MS-CHAP through winbind', () => {
  let fake: ReturnType<typeof createFakeNtlmAuth>
  let closing: (() => void)[]
  beforeEach(() => {
    fake = createFakeNtlmAuth()
    closing = [() => fake.remove()]
  })
  afterEach(() => {
    for (const close of closing.reverse()) close()
  })

  function create(change: Partial<WinbindOptions> = {}) {
    const clock = createManualClock()
    const { program } = fake
    const options = { program, domain: 'CORP', helpers: 2, queue: 10, timeoutMs: 5_000, ...change }
    const winbind = createWinbind(options, clock)
    closing.push(() => winbind.close())
    const verify = (name: string, signal = never) => winbind.verify(name, credential, signal)
    return { winbind, clock, verify }
  }

  async function kindsOf(verified: readonly Promise<Verified>[]): Promise<string[]> {
    return (await Promise.all(verified)).map(({ kind }) => kind)
  }

  it('gives what a right response earns, from the session key', async () => {
    const { verify } = create()
    expect(await verify('alice')).to.deep.equal({
      kind: 'right',
      msChap: {
        version: 2,
        authenticatorResponse: msChap2Vector.authenticatorResponse,
        sendKey: hex(msChap2Vector.sendKey),
        receiveKey: hex(msChap2Vector.receiveKey),
      },
      passwordDigest: hex(msChap2Vector.ntHashHash),
    })
  })

  it('asks by standard input, in English, with names that cannot end a line', async () => {
    const { verify } = create()
    await verify('wrong')
    expect(fake.starts()[0]).to.deep.include({
      arguments: ['--helper-protocol=ntlm-server-1', '--allow-mschapv2'],
      locale: 'C',
      // Settings may name secrets there.
      environment: ['PATH'],
    })
    expect(fake.questions()).to.deep.equal([
      [
        `LANMAN-Challenge: ${msChap2Vector.challengeHash.toUpperCase()}`,
        `NT-Response: ${msChap2Vector.ntResponse.toUpperCase()}`,
        `NT-Domain:: ${base64('CORP')}`,
        `Username:: ${base64('wrong')}`,
        'Request-User-Session-Key: yes',
      ],
    ])
    const { verify: asEve, clock } = create({ helpers: 1 })
    const verified = asEve('eve\n.\nUsername: alice')
    await fake.untilAsked(2)
    clock.advance(5_000)
    expect((await verified).kind).to.equal('down')
    expect(fake.questions()[1]).to.include(`Username:: ${base64('eve\n.\nUsername: alice')}`)
  })

  it('asks of version 1 with the challenge as it is', async () => {
    const { winbind } = create()
    const version1: MsChapCredential = {
      ...credential,
      version: 1,
      challenge: hex(msChap1Vector.challenge),
      peerChallenge: new Uint8Array(0),
      ntResponse: hex(msChap1Vector.ntResponse),
    }
    expect(await winbind.verify('alice', version1, never)).to.deep.equal({
      kind: 'right',
      msChap: { version: 1, ntKey: hex(msChap2Vector.ntHashHash) },
      passwordDigest: hex(msChap2Vector.ntHashHash),
    })
    const challenge = msChap1Vector.challenge.toUpperCase()
    expect(fake.questions()[0]?.[0]).to.equal(`LANMAN-Challenge: ${challenge}`)
  })

  it('keeps its helpers open, and takes a second dot after a refusal for no answer', async () => {
    const { verify } = create({ helpers: 1 })
    const kinds = ['wrong', 'alice', 'wrong', 'wrong', 'alice']
    for (const name of kinds) {
      expect((await verify(name)).kind).to.equal(name === 'wrong' ? 'wrong' : 'right')
    }
    expect(fake.starts()).to.have.length(1)
  })

  it('runs no more helpers at once than it may, and lets the others wait', async () => {
    const { verify } = create({ helpers: 2 })
    const asked = Array.from({ length: 8 }, () => verify('alice'))
    expect(await kindsOf(asked)).to.deep.equal(Array(8).fill('right'))
    expect(fake.starts()).to.have.length(2)
  })

  it('kills one that hangs, and starts another', async () => {
    const { verify, clock } = create({ helpers: 1 })
    const hanging = verify('hang')
    await fake.untilAsked(1)
    clock.advance(5_000)
    const verified = await hanging
    expect(verified).to.have.property('kind', 'down')
    expect(verified).to.have.property('detail').that.includes('did not answer within 5000 ms')
    expect((await verify('alice')).kind).to.equal('right')
    const [first, second] = fake.starts()
    expect(second?.started).to.be.a('number').and.not.equal(first?.started)
    await untilGone(first?.started ?? 0)
  })

  for (const [name, what, detail] of [
    ['die', 'dies', 'ended (3): no more memory'],
    ['garbage', 'answers with garbage', 'did not answer in the agreed form'],
    ['endless', 'never ends its line', 'did not answer in the agreed form'],
    ['many', 'never ends its answer', 'did not answer in the agreed form'],
  ] as const) {
    it(`says down for one that ${what}, and starts another`, async () => {
      const { verify } = create({ helpers: 1 })
      const verified = await verify(name)
      expect(verified).to.have.property('kind', 'down')
      expect(verified).to.have.property('detail').that.includes(detail)
      expect((await verify('alice')).kind).to.equal('right')
      expect(fake.starts()).to.have.length(2)
    })
  }

  it('never takes an answer too many for that of the next question', async () => {
    const { verify } = create({ helpers: 1 })
    const first = await verify('twice')
    expect(first.kind).to.equal('right')
    expect((await verify('wrong')).kind).to.equal('wrong')
    expect(fake.starts()).to.have.length(2)
  })

  it('takes no yes without a session key, and knows no unknown answer', async () => {
    const { verify } = create()
    expect(await verify('keyless')).to.have.property('kind', 'down')
    expect(await verify('empty')).to.have.property('kind', 'not-checkable')
  })

  it('says down where there is no such program', async () => {
    const { verify } = create({ program: '/nonexistent/ntlm_auth' })
    const verified = await verify('alice')
    expect(verified).to.have.property('kind', 'down')
    expect(verified)
      .to.have.property('detail')
      .that.matches(/ is not installed \(ENOENT\)$/)
  })

  it('says busy where too many wait, or one waits too long for a helper', async () => {
    const { verify, clock } = create({ helpers: 1, queue: 1 })
    const hanging = verify('hang')
    const waiting = verify('alice')
    expect((await verify('alice')).kind).to.equal('busy')
    await fake.untilAsked(1)
    clock.advance(5_000)
    expect(await kindsOf([hanging, waiting])).to.deep.equal(['down', 'busy'])
  })

  it('says busy to a caller that stops waiting, and keeps the helper for the next', async () => {
    const { verify } = create({ helpers: 1 })
    const gone = new AbortController()
    const abandoned = verify('alice', gone.signal)
    gone.abort()
    expect((await abandoned).kind).to.equal('busy')
    expect((await verify('alice')).kind).to.equal('right')
    expect(fake.starts()).to.have.length(1)
  })

  it('sets a new password first, and checks the response against that', async () => {
    const { winbind } = create()
    const change = {
      encryptedPassword: Buffer.alloc(516, 0xab),
      encryptedHash: Buffer.alloc(16, 0xcd),
    }
    const verified = await winbind.verify('alice', { ...credential, change }, never)
    expect(verified.kind).to.equal('right')
    expect(fake.questions()[0]).to.deep.equal([
      `NT-Domain:: ${base64('CORP')}`,
      `Username:: ${base64('alice')}`,
      `new-nt-password-blob: ${'AB'.repeat(516)}`,
      `old-nt-hash-blob: ${'CD'.repeat(16)}`,
    ])
    expect(fake.questions()[1]?.[0]).to.match(/^LANMAN-Challenge: /)
    expect(await winbind.verify('wrong', { ...credential, change }, never)).to.deep.equal({
      kind: 'wrong',
      detail: 'ntlm_auth: too short',
    })
    expect(fake.questions()).to.have.length(3)
  })

  it('ends its helpers when it is closed, and asks none any more', async () => {
    const { winbind, verify } = create()
    await verify('alice')
    const hanging = verify('hang')
    await fake.untilAsked(2)
    winbind.close()
    expect((await hanging).kind).to.equal('down')
    expect((await verify('alice')).kind).to.equal('busy')
    for (const { started } of fake.starts()) await untilGone(started)
  })
})

/** Waits until no process has this id. */
async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
