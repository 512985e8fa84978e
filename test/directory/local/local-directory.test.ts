import { createHash } from 'node:crypto'
import { expect } from 'chai'
import type { User } from '../../../src/accounts/index.ts'
import {
  createHashGate,
  createLocalDirectory,
  type HashGateOptions,
  type LocalUser,
} from '../../../src/directory/index.ts'
import { ntHash } from '../../../src/mschap/index.ts'
import type { Credential, Directory, MsChapCredential } from '../../../src/signin/index.ts'
import { preparePassword, Secret } from '../../../src/support/index.ts'
import { hex } from '../../radius/hex.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { msChap2Vector } from '../../vectors/ms-chap.ts'
import { quickHash } from '../quick-hash.ts'

const never = new AbortController().signal

function pap(password: string): Credential {
  return { kind: 'pap', password: new Secret(password), wellFormed: true }
}

function chap(password: string, change: Partial<{ response: Uint8Array }> = {}): Credential {
  const challenge = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  const response = createHash('md5')
    .update(Buffer.from([7]))
    .update(password)
    .update(challenge)
    .digest()
  return { kind: 'chap', identifier: 7, challenge, response, ...change }
}

function msChap(change: Partial<MsChapCredential> = {}): Credential {
  const { userName, challenge, peerChallenge, ntResponse } = msChap2Vector
  return {
    kind: 'ms-chap',
    version: 2,
    identifier: 1,
    challenge: hex(challenge),
    peerChallenge: hex(peerChallenge),
    ntResponse: hex(ntResponse),
    userName,
    ...change,
  }
}

async function find(directory: Directory, name: string): Promise<User> {
  const resolved = await directory.resolve(name, never)
  if (resolved.kind !== 'user') throw new Error(`${name}: ${resolved.kind}`)
  return resolved.user
}

describe('addresses of local people', () => {
  const people = createLocalDirectory(
    {
      name: 'people',
      users: [
        { name: 'alice', upn: 'alice@corp.example', email: 'team@corp.example' },
        { name: 'bob', email: 'bob@mail.example' },
        { name: 'carol', email: 'team@corp.example' },
        { name: 'dave', email: 'alice@corp.example' },
        { name: 'eve', upn: 'Jörg@corp.example' },
      ],
    },
    { clock: createManualClock() },
  )
  const resolve = async (name: string, isCertified?: boolean) => {
    const resolved = await people.resolve(name, never, isCertified)
    return resolved.kind === 'user' ? resolved.user.name : resolved.kind
  }

  for (const [name, typed, certified] of [
    ['alice', 'alice', 'alice'],
    ['alice@corp.example', 'alice', 'alice'],
    [' ALICE@Corp.Example ', 'alice', 'alice'],
    ['Jo\u0308rg@corp.example', 'eve', 'eve'],
    ['alice@corp.example.', 'alice', 'alice'],
    // Mail addresses name no one who types them.
    ['bob@mail.example', 'unknown', 'bob'],
    ['BOB@MAIL.EXAMPLE', 'unknown', 'bob'],
    ['team@corp.example', 'unknown', 'ambiguous'],
    ['bob@corp.example', 'unknown', 'unknown'],
    ['host/bob', 'unknown', 'unknown'],
    ['', 'invalid', 'invalid'],
    ['@', 'unknown', 'unknown'],
  ] as const) {
    it(`${JSON.stringify(name)} is ${typed} where it is typed, ${certified} in a certificate`, async () => {
      expect(await resolve(name)).to.equal(typed)
      expect(await resolve(name, false)).to.equal(typed)
      expect(await resolve(name, true)).to.equal(certified)
    })
  }

  it('a certificate for one of them counts, unless it was made for an account with a SID', async () => {
    const resolved = await people.resolve('alice@corp.example', never, true)
    if (resolved.kind !== 'user') throw new Error(resolved.kind)
    const certificate = { kind: 'certificate', serialNumber: '01' } as const
    expect(await people.verify(resolved.user, certificate, never)).to.deep.equal({ kind: 'right' })
    const foreign = { ...certificate, sid: 'S-1-5-21-1-2-3-1107' }
    expect(await people.verify(resolved.user, foreign, never)).to.include({ kind: 'wrong' })
  })

  it('one upn of two people is refused', () => {
    const users = ['alice', 'bob'].map((name) => ({ name, upn: 'a@corp.example' }))
    expect(() =>
      createLocalDirectory({ name: 'people', users }, { clock: createManualClock() }),
    ).to.throw(/"alice" and "bob": both have the upn a@corp.example/)
  })
})

describe('local directory', () => {
  const hashed: LocalUser = { name: 'alice', passwordHash: quickHash('Grüße') }
  const clear: LocalUser = {
    name: 'Bob',
    password: new Secret('tiger 99'),
    displayName: 'Bob B',
    groups: ['VPN-Users'],
    phones: ['+31612345678'],
    email: 'bob@corp.example',
    language: 'nl',
  }

  function create(clock = createManualClock(), change = {}, gate: HashGateOptions = {}) {
    const users = [hashed, clear, { name: 'nopass' }]
    const options = { name: 'local', users, allowClear: true, ...change }
    return createLocalDirectory(options, { clock, hashes: createHashGate(gate, clock) })
  }

  /** A wrong answer that needs no hash comes when one would have taken as long. */
  async function afterWait<Answer>(clock: ManualClock, answer: Promise<Answer>): Promise<Answer> {
    await new Promise(setImmediate)
    clock.advance(60_000)
    return answer
  }

  it('names the manager, in any case, where that one has a mail address', async () => {
    const users = [
      { ...hashed, manager: 'BOB' },
      { ...clear, manager: 'alice' },
      { name: 'carol', manager: 'nobody' },
      { name: 'dave' },
    ]
    const directory = create(undefined, { users })
    const managerOf = async (name: string) => {
      const user = await find(directory, name)
      if (user === undefined) throw new Error(name)
      return directory.managerOf?.(user, never)
    }
    expect(await managerOf('alice')).to.deep.equal({ email: 'bob@corp.example', language: 'nl' })
    for (const name of ['bob', 'carol', 'dave']) {
      expect(await managerOf(name), name).to.equal(undefined)
    }
  })

  it('finds people whatever the case, and gives what the configuration says', async () => {
    const directory = create()
    expect(await find(directory, ' BOB ')).to.deep.equal({
      key: 'local:bob',
      directory: 'local',
      name: 'Bob',
      displayName: 'Bob B',
      groups: ['vpn-users'],
      groupNames: ['VPN-Users'],
      phones: ['+31612345678'],
      email: 'bob@corp.example',
      language: 'nl',
    })
    expect(await directory.resolveKey('local:bob', never)).to.have.nested.property(
      'user.name',
      'Bob',
    )
    expect(await directory.resolveKey('other:bob', never)).to.deep.equal({ kind: 'unknown' })
  })

  it('names phones that cannot be used in check, with what is wrong', async () => {
    const unusablePhones = [{ written: '06 12', why: 'has no country code' }]
    const users = [{ name: 'alice', unusablePhones }, { name: 'bob' }]
    const parts = { clock: createManualClock() }
    const rows = await createLocalDirectory({ name: 'people', users }, parts).check()
    expect(rows[1]).to.deep.include({
      what: 'people phones',
      detail: 'cannot use phones of "alice": "06 12" has no country code',
    })
    expect(rows[1]?.remedy).to.include('+31612345678')
    const sound = createLocalDirectory({ name: 'people', users: [{ name: 'bob' }] }, parts)
    expect(await sound.check()).to.have.length(1)
  })

  for (const [name, said] of [
    ['', { kind: 'invalid', form: 'empty' }],
    ['   ', { kind: 'invalid', form: 'empty' }],
    ['bo\0b', { kind: 'invalid', form: 'control-characters' }],
    ['x'.repeat(254), { kind: 'invalid', form: 'too-long' }],
    ['mallory', { kind: 'unknown' }],
    ['__proto__', { kind: 'unknown' }],
    // No one here is in a domain, not even the user called bob.
    ['CORP\\bob', { kind: 'unknown', problem: { kind: 'domain', domains: [] } }],
    ['bob@corp.example', { kind: 'unknown', problem: { kind: 'domain', domains: [] } }],
  ] as const) {
    it(`says of ${JSON.stringify(name.slice(0, 16))}: ${JSON.stringify(said)}`, async () => {
      expect(await create().resolve(name, never)).to.deep.equal(said)
    })
  }

  it('knows the domains of the upns, and those of mail addresses where a certificate has the name', async () => {
    const users = [
      { name: 'alice', upn: 'Alice@corp.example' },
      { name: 'frank', email: 'frank@mail.example' },
    ]
    const directory = create(createManualClock(), { users })
    const foreign = (...domains: string[]) => ({
      kind: 'unknown',
      problem: { kind: 'domain', domains },
    })
    expect(await directory.resolve('mallory@CORP.example.', never)).to.deep.equal({
      kind: 'unknown',
    })
    const typed = await directory.resolve('mallory@mail.example', never)
    expect(typed).to.deep.equal(foreign('corp.example'))
    const certified = await directory.resolve('mallory@mail.example', never, true)
    expect(certified).to.deep.equal({ kind: 'unknown' })
    expect(await directory.resolve('x@other.example', never, true)).to.deep.equal(
      foreign('corp.example', 'mail.example'),
    )
  })

  it('checks PAP against hash and clear password', async () => {
    const clock = createManualClock()
    const directory = create(clock)
    const [alice, bob] = [await find(directory, 'alice'), await find(directory, 'bob')]
    expect(await directory.verify(alice, pap('Grüße'), never)).to.deep.equal({ kind: 'right' })
    expect(await directory.verify(alice, pap('grüße'), never)).to.deep.equal({ kind: 'wrong' })
    expect(await directory.verify(bob, pap('tiger 99'), never)).to.deep.equal({ kind: 'right' })
    const wrong = directory.verify(bob, pap('tiger 9'), never)
    expect(await afterWait(clock, wrong)).to.deep.equal({ kind: 'wrong' })
    expect(await directory.verify(bob, pap(''), never)).to.have.property('kind', 'wrong')
  })

  const forms: readonly [string, string, string][] = [
    ['composed and typed apart', 'Gr\u00fcn Blau', 'Gru\u0308n Blau'],
    ['apart and typed composed', 'Gru\u0308n Blau', 'Gr\u00fcn Blau'],
    [
      'with a space and typed with one that does not break',
      'Gr\u00fcn Blau',
      'Gr\u00fcn\u00a0Blau',
    ],
    [
      'with a space that does not break and typed with another',
      'Gr\u00fcn\u2003Blau',
      'Gr\u00fcn Blau',
    ],
  ]
  for (const [how, written, typed] of forms) {
    it(`takes a password that is written ${how}, in clear text, hashed or as NT hash`, async () => {
      const nt = ntHash(new Secret(preparePassword(written)))
      const users: readonly LocalUser[] = [
        { name: 'clear', password: new Secret(written) },
        { name: 'sealed', unsealedPassword: new Secret(written) },
        { name: 'hashed', passwordHash: quickHash(preparePassword(written)) },
        { name: 'nt', unsealedNtHash: new Secret(Buffer.from(nt).toString('hex')) },
      ]
      const clock = createManualClock()
      const directory = create(clock, { users })
      for (const { name } of users) {
        const user = await find(directory, name)
        expect((await directory.verify(user, pap(typed), never)).kind, name).to.equal('right')
        const wrong = await afterWait(
          clock,
          directory.verify(user, pap(typed.toLowerCase()), never),
        )
        expect(wrong.kind, `${name}, in another case`).to.equal('wrong')
      }
      const user = await find(directory, 'clear')
      for (const sent of [written, preparePassword(written)]) {
        expect((await directory.verify(user, chap(sent), never)).kind).to.equal('right')
      }
    })
  }

  it('compares names and groups as they are typed, in whatever form the file has them', async () => {
    const users = [
      { name: 'mu\u0308ller', password: new Secret('x'), groups: ['VPN Ga\u0308ste\u00a0'] },
    ]
    const directory = createLocalDirectory(
      { name: 'local', users, allowClear: true },
      { clock: createManualClock() },
    )
    for (const typed of ['m\u00fcller', 'MU\u0308LLER', ' m\u00fcll\u200ber']) {
      const { key, groups } = await find(directory, typed)
      expect(key).to.equal('local:m\u00fcller')
      expect(groups).to.deep.equal(['vpn g\u00e4ste'])
    }
  })

  it('checks CHAP only against a clear password', async () => {
    const directory = create()
    const [alice, bob] = [await find(directory, 'alice'), await find(directory, 'bob')]
    expect(await directory.verify(bob, chap('tiger 99'), never)).to.deep.equal({ kind: 'right' })
    expect(await directory.verify(bob, chap('tiger'), never)).to.deep.equal({ kind: 'wrong' })
    const short = chap('tiger 99', { response: new Uint8Array(3) })
    expect(await directory.verify(bob, short, never)).to.deep.equal({ kind: 'wrong' })
    expect(await directory.verify(alice, chap('Grüße'), never)).to.have.property(
      'kind',
      'not-checkable',
    )
  })

  it('checks PAP against an NT hash, and CHAP never', async () => {
    // MD4 over "MyPw" in UTF-16LE, as RFC 2433 and OpenSSL have it.
    const unsealedNtHash = new Secret('fc156af7edcd6c0edde3337d427f4eac')
    const directory = create(createManualClock(), { users: [{ name: 'eve', unsealedNtHash }] })
    const eve = await find(directory, 'eve')
    const kindOf = async (credential: Credential) =>
      (await directory.verify(eve, credential, never)).kind
    expect(await kindOf(pap('MyPw'))).to.equal('right')
    for (const wrong of ['mypw', 'MyPw ', '', unsealedNtHash.reveal()]) {
      expect(await kindOf(pap(wrong)), wrong).to.equal('wrong')
    }
    expect(await kindOf(chap('MyPw'))).to.equal('not-checkable')
  })

  it('checks MS-CHAP against a password or its NT hash, and gives what it earns', async () => {
    const { password, userName, ntHash } = msChap2Vector
    const users = [
      { name: userName, password: new Secret(password) },
      { name: 'hash', unsealedNtHash: new Secret(ntHash) },
      { name: 'sealed', unsealedPassword: new Secret(password) },
      hashed,
    ]
    const directory = create(createManualClock(), { users })
    const verify = async (name: string, credential: Credential) =>
      directory.verify(await find(directory, name), credential, never)
    for (const name of [userName, 'hash', 'sealed']) {
      expect(await verify(name, msChap())).to.deep.equal({
        kind: 'right',
        msChap: {
          version: 2,
          authenticatorResponse: msChap2Vector.authenticatorResponse,
          sendKey: hex(msChap2Vector.sendKey),
          receiveKey: hex(msChap2Vector.receiveKey),
        },
        passwordDigest: new Uint8Array(hex(msChap2Vector.ntHashHash)),
      })
      const wrong = msChap({ peerChallenge: new Uint8Array(16) })
      expect(await verify(name, wrong)).to.deep.equal({ kind: 'wrong' })
    }
    expect(await verify('alice', msChap())).to.have.property('kind', 'not-checkable')
  })

  it('says not-checkable where nothing can be compared', async () => {
    const directory = create()
    const nopass = await find(directory, 'nopass')
    for (const credential of [
      pap('x'),
      { kind: 'none' },
      { kind: 'unsupported', name: 'ms-chap-v2' },
    ] as const) {
      const verified = await directory.verify(nopass, credential, never)
      expect(verified.kind).to.equal('not-checkable')
    }
  })

  it('pays the slow hash once for five minutes, and only for the right password', async () => {
    const clock = createManualClock()
    // No place for a hash to wait: a second hash is refused while one runs.
    const directory = create(clock, {}, { hashesAtOnce: 1, queue: 0 })
    const alice = await find(directory, 'alice')
    await directory.verify(alice, pap('Grüße'), never)
    const occupied = directory.verify(alice, pap('wrong'), never)
    expect(await directory.verify(alice, pap('Grüße'), never)).to.deep.equal({ kind: 'right' })
    expect(await directory.verify(alice, pap('other'), never)).to.deep.equal({ kind: 'overloaded' })
    expect(await occupied).to.deep.equal({ kind: 'wrong' })

    clock.advance(5 * 60_000)
    const again = directory.verify(alice, pap('wrong'), never)
    expect(await directory.verify(alice, pap('Grüße'), never)).to.deep.equal({ kind: 'overloaded' })
    await again
  })

  it('gives up waiting for a hash when no caller waits for the answer', async () => {
    const directory = create(createManualClock(), {}, { hashesAtOnce: 1 })
    const alice = await find(directory, 'alice')
    const gone = new AbortController()
    const first = directory.verify(alice, pap('a'), never)
    const second = directory.verify(alice, pap('b'), gone.signal)
    gone.abort()
    expect(await second).to.deep.equal({ kind: 'busy' })
    expect(await first).to.deep.equal({ kind: 'wrong' })
  })

  it('waits for a user who was removed meanwhile, and says wrong', async () => {
    const clock = createManualClock()
    const ghost = { ...(await find(create(), 'bob')), key: 'local:ghost' }
    const verified = create(clock).verify(ghost, pap('x'), never)
    expect(await afterWait(clock, verified)).to.have.property('kind', 'wrong')
  })

  for (const [why, users] of [
    ['an empty name', [{ name: ' ' }]],
    ['the same name twice', [{ name: 'eve' }, { name: 'EVE' }]],
    ['an empty password', [{ name: 'eve', password: new Secret('') }]],
  ] as const) {
    it(`refuses ${why}`, () => {
      expect(() => create(createManualClock(), { users }))
        .to.throw()
        .with.property('code', 'options-invalid')
    })
  }

  it('refuses clear passwords unless they are allowed by name', () => {
    expect(() => create(createManualClock(), { allowClear: false }))
      .to.throw()
      .with.property('code', 'options-invalid')
  })
})
