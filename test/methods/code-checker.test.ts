import { expect } from 'chai'
import type {
  Authenticator,
  AuthenticatorStore,
  HotpAuthenticator,
  RecoveryAuthenticator,
  SpendResult,
  TotpAuthenticator,
} from '../../src/accounts/index.ts'
import {
  createCodeChecker,
  createRecoveryCodes,
  hashRecoveryCode,
  otpCode,
  resynchroniseHotp,
  resynchroniseTotp,
} from '../../src/methods/index.ts'

const hashKey = Buffer.alloc(32, 9)
const nowMs = 1_700_000_000_000
const currentStep = Math.floor(nowMs / 30_000)
const requestAuthenticator = Buffer.alloc(16, 4)

const totp: TotpAuthenticator = {
  id: 'a1',
  userKey: 'local:alice',
  label: 'app',
  createdAtMs: 0,
  method: 'totp',
  seed: Buffer.from('12345678901234567890'),
  algorithm: 'sha1',
  digits: 6,
  periodSeconds: 30,
  driftSteps: 0,
  lastStep: -1,
}
const hotp: HotpAuthenticator = {
  id: 'a2',
  userKey: 'local:alice',
  label: 'token',
  createdAtMs: 0,
  method: 'hotp',
  seed: Buffer.from('abcdefghijklmnopqrst'),
  algorithm: 'sha1',
  digits: 6,
  counter: 40,
}
const phone: Authenticator = {
  id: 'a4',
  userKey: 'local:alice',
  label: '',
  createdAtMs: 0,
  method: 'sms',
  phone: '+31612345678',
}

function recovery(codes: readonly string[], userKey = 'local:alice'): RecoveryAuthenticator {
  const codeHashes = codes.map((code) => hashRecoveryCode(code, userKey, hashKey))
  const common = { id: 'a3', userKey, label: '', createdAtMs: 0 } as const
  return { ...common, method: 'recovery', codeHashes, usedHashes: [] }
}

/** A store that only notes what it is told to spend. */
function spyStore(answer: SpendResult = 'spent') {
  const spent: unknown[][] = []
  const note = async (...call: unknown[]) => {
    spent.push(call)
    return answer
  }
  const unused = async () => {
    throw new Error('a code check neither lists nor changes authenticators')
  }
  const store: AuthenticatorStore = {
    list: unused,
    add: unused,
    remove: unused,
    change: unused,
    countPeople: unused,
    spendTotp: note,
    resetTotpSteps: unused,
    spendHotp: note,
    noteUse: unused,
    spendRecovery: note,
    findPasskey: unused,
    usePasskey: unused,
    removePasskeys: unused,
    findPhone: unused,
    usePhone: unused,
    subscribePhone: unused,
    endSubscription: unused,
  }
  return { store, spent }
}

const codeAt = (step: number) => otpCode(totp, step)

describe('code checker', () => {
  const { store } = spyStore()
  const checker = createCodeChecker({ window: 1, lookAhead: 10, store, hashKey })
  const kindOf = (code: string, ...authenticators: Authenticator[]) =>
    checker.check(code, authenticators, nowMs).kind

  describe('totp', () => {
    for (const [offset, kind] of [
      [-2, 'wrong'],
      [-1, 'match'],
      [0, 'match'],
      [1, 'match'],
      [2, 'wrong'],
    ] as const) {
      it(`calls a code ${offset} steps away a ${kind}`, () => {
        expect(kindOf(codeAt(currentStep + offset), totp)).to.equal(kind)
      })
    }

    it('searches around the learnt drift', () => {
      const slow = { ...totp, driftSteps: -4 }
      expect(kindOf(codeAt(currentStep - 5), slow)).to.equal('match')
      expect(kindOf(codeAt(currentStep - 3), slow)).to.equal('match')
      expect(kindOf(codeAt(currentStep), slow)).to.equal('wrong')
    })

    it('spends nothing by checking, and once with step, drift and evidence by spending', async () => {
      const spy = spyStore()
      const check = createCodeChecker({
        window: 1,
        lookAhead: 10,
        store: spy.store,
        hashKey,
      }).check(codeAt(currentStep - 1), [totp], nowMs)
      expect(spy.spent).to.deep.equal([])
      if (check.kind !== 'match') throw new Error(`not a match but ${check.kind}`)
      expect(check.match.method).to.equal('totp')
      expect(check.match.authenticator).to.equal(totp)
      expect(await check.match.spend({ requestAuthenticator })).to.equal('spent')
      expect(spy.spent).to.deep.equal([['a1', currentStep - 1, -1, { requestAuthenticator }]])
    })

    it('never learns a drift of more than ten steps', async () => {
      const spy = spyStore()
      const wild = { ...totp, driftSteps: 10 }
      const checkerOfWild = createCodeChecker({
        window: 1,
        lookAhead: 10,
        store: spy.store,
        hashKey,
      })
      const check = checkerOfWild.check(codeAt(currentStep + 11), [wild], nowMs)
      if (check.kind !== 'match') throw new Error(`not a match but ${check.kind}`)
      await check.match.spend({ requestAuthenticator })
      expect(spy.spent[0]?.[2]).to.equal(10)
    })

    it('calls the last accepted step reused also when it is older than the window (RULES 10)', () => {
      const used = { ...totp, lastStep: currentStep - 2 }
      expect(kindOf(codeAt(currentStep - 2), used)).to.equal('reused')
      expect(kindOf(codeAt(currentStep - 3), used)).to.equal('wrong')
      expect(kindOf(codeAt(currentStep - 2), { ...totp, lastStep: currentStep - 3 })).to.equal(
        'wrong',
      )
    })

    it('calls the last accepted step and those before it reused', () => {
      const used = { ...totp, lastStep: currentStep }
      expect(kindOf(codeAt(currentStep), used)).to.equal('reused')
      expect(kindOf(codeAt(currentStep - 1), used)).to.equal('reused')
      expect(kindOf(codeAt(currentStep + 1), used)).to.equal('match')
    })

    it('lets the store say that this very packet spent the code before', async () => {
      const spy = spyStore('same-request')
      const used = { ...totp, lastStep: currentStep }
      const check = createCodeChecker({
        window: 1,
        lookAhead: 10,
        store: spy.store,
        hashKey,
      }).check(codeAt(currentStep), [used], nowMs)
      if (check.kind !== 'reused') throw new Error(`not reused but ${check.kind}`)
      expect(await check.match.spend({ requestAuthenticator })).to.equal('same-request')
    })

    it('reads a code typed in groups', () => {
      const code = codeAt(currentStep)
      expect(kindOf(`${code.slice(0, 3)} ${code.slice(3)}`, totp)).to.equal('match')
    })

    it('calls a step reused that was spent while a clock was ahead', () => {
      const reset = { ...totp, lastStep: currentStep - 1, spentAhead: [currentStep + 1] }
      expect(kindOf(codeAt(currentStep + 1), reset)).to.equal('reused')
      expect(kindOf(codeAt(currentStep), reset)).to.equal('match')
    })

    it('resynchronises by two codes in a row within 100 steps, nearest first, never by one', () => {
      const pair = (first: number, second: number) =>
        resynchroniseTotp(totp, codeAt(first), codeAt(second), nowMs)
      for (const away of [-100, -30, -1, 0, 42, 100]) {
        const first = currentStep + away
        expect(pair(first, first + 1)).to.deep.equal({
          steps: [first, first + 1],
          driftSteps: away + 1,
        })
        expect(pair(first + 1, first)).to.equal(undefined)
        expect(pair(first, first + 2)).to.equal(undefined)
        expect(pair(first, first)).to.equal(undefined)
      }
      expect(pair(currentStep + 101, currentStep + 102)).to.equal(undefined)
      expect(pair(currentStep - 101, currentStep - 100)).to.equal(undefined)
    })

    it('keeps a drift that two codes have shown, and lets it grow no further', async () => {
      for (const [away, learnt] of [
        [41, 40],
        [40, 40],
        [39, 39],
      ] as const) {
        const spy = spyStore()
        const drifted = { ...totp, driftSteps: 40 }
        const of = createCodeChecker({ window: 1, lookAhead: 10, store: spy.store, hashKey })
        const check = of.check(codeAt(currentStep + away), [drifted], nowMs)
        if (check.kind !== 'match') throw new Error(`not a match but ${check.kind}`)
        await check.match.spend({ requestAuthenticator })
        expect(spy.spent[0]?.[2]).to.equal(learnt)
      }
    })

    it('works with 8 digits, 60 s and SHA-512', () => {
      const other: TotpAuthenticator = {
        ...totp,
        seed: Buffer.alloc(64, 5),
        algorithm: 'sha512',
        digits: 8,
        periodSeconds: 60,
      }
      const code = otpCode(other, Math.floor(nowMs / 60_000))
      expect(code).to.match(/^\d{8}$/)
      expect(kindOf(code, other)).to.equal('match')
      expect(kindOf(code.slice(2), other)).to.equal('wrong')
    })
  })

  describe('hotp', () => {
    for (const [counter, kind] of [
      [38, 'wrong'],
      [39, 'reused'],
      [40, 'match'],
      [50, 'match'],
      [51, 'wrong'],
    ] as const) {
      it(`with 40 next, calls the code of ${counter} a ${kind}`, () => {
        expect(kindOf(otpCode(hotp, counter), hotp)).to.equal(kind)
      })
    }

    it('spends the counter it found', async () => {
      const spy = spyStore()
      const check = createCodeChecker({
        window: 1,
        lookAhead: 10,
        store: spy.store,
        hashKey,
      }).check(otpCode(hotp, 44), [hotp], nowMs)
      if (check.kind !== 'match') throw new Error(`not a match but ${check.kind}`)
      await check.match.spend({ requestAuthenticator })
      expect(spy.spent).to.deep.equal([['a2', 44, { requestAuthenticator }]])
    })

    it('resynchronises by two codes in a row, never by one', () => {
      expect(resynchroniseHotp(hotp, otpCode(hotp, 90), otpCode(hotp, 91))).to.equal(91)
      expect(resynchroniseHotp(hotp, otpCode(hotp, 90), otpCode(hotp, 92))).to.equal(undefined)
      expect(resynchroniseHotp(hotp, otpCode(hotp, 91), otpCode(hotp, 90))).to.equal(undefined)
      expect(resynchroniseHotp(hotp, otpCode(hotp, 20), otpCode(hotp, 21))).to.equal(undefined)
      expect(resynchroniseHotp(hotp, otpCode(hotp, 139), otpCode(hotp, 140))).to.equal(140)
      expect(resynchroniseHotp(hotp, otpCode(hotp, 140), otpCode(hotp, 141))).to.equal(undefined)
    })
  })

  describe('recovery codes', () => {
    const codes = createRecoveryCodes(10)

    it('come in readable groups, all different: 80 bits each', () => {
      for (const code of codes) {
        expect(code).to.match(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
      }
      expect(new Set(codes)).to.have.length(10)
    })

    it('are good in the form of 60 bits that older versions gave, and in that of today', () => {
      for (const code of ['01AB-CDEF-GH10', '01AB-CDEF-GH10-7KQ2']) {
        const known = recovery([code])
        expect(kindOf(code, known), code).to.equal('match')
        expect(checker.readsAsCode(code, [recovery(codes)], nowMs), code).to.equal(true)
      }
      // One is not a part of the other.
      expect(kindOf('01AB-CDEF-GH10', recovery(['01AB-CDEF-GH10-7KQ2']))).to.equal('wrong')
      expect(kindOf('01AB-CDEF-GH10-7KQ2', recovery(['01AB-CDEF-GH10']))).to.equal('wrong')
      for (const text of ['01AB-CDEF', '01AB-CDEF-GH10-7KQ2-01AB', '01AB-CDEF-GH1U']) {
        expect(checker.readsAsCode(text, [recovery(codes)], nowMs), text).to.equal(false)
      }
    })

    it('fit in any case, without dashes, with O for 0 and l for 1', () => {
      const known = recovery(['01AB-CDEF-GH10'])
      for (const typed of ['01AB-CDEF-GH10', 'olab cdef ghIo', '01abcdefgh10']) {
        expect(kindOf(typed, known), typed).to.equal('match')
      }
    })

    it('spend their hash', async () => {
      const spy = spyStore()
      const [code = ''] = codes
      const known = recovery(codes)
      const check = createCodeChecker({
        window: 1,
        lookAhead: 10,
        store: spy.store,
        hashKey,
      }).check(code, [known], nowMs)
      if (check.kind !== 'match') throw new Error(`not a match but ${check.kind}`)
      await check.match.spend({ requestAuthenticator })
      expect(spy.spent).to.deep.equal([['a3', known.codeHashes[0], { requestAuthenticator }]])
    })

    it('are worthless in a row copied to another user, or under another key', () => {
      const [code = ''] = codes
      const copied = { ...recovery(codes), userKey: 'local:mallory' }
      expect(kindOf(code, copied)).to.equal('wrong')
      const foreign = createCodeChecker({
        window: 1,
        lookAhead: 10,
        store,
        hashKey: Buffer.alloc(32, 8),
      })
      expect(foreign.check(code, [recovery(codes)], nowMs).kind).to.equal('wrong')
    })

    it('are known as used, however they are typed, and ask the store who used them', async () => {
      const spy = spyStore()
      const known = recovery(['01AB-CDEF-GH10'])
      const used = { ...known, codeHashes: [], usedHashes: known.codeHashes }
      for (const typed of ['01AB-CDEF-GH10', 'olab cdef ghIo', '01abcdefgh10']) {
        const check = createCodeChecker({
          window: 1,
          lookAhead: 10,
          store: spy.store,
          hashKey,
        }).check(typed, [used], nowMs)
        if (check.kind !== 'reused') throw new Error(`${typed}: ${check.kind}`)
        await check.match.spend({ requestAuthenticator })
      }
      const asked = ['a3', known.codeHashes[0], { requestAuthenticator }]
      expect(spy.spent).to.deep.equal([asked, asked, asked])
    })

    it('are gone once their hash is gone', () => {
      const [first = '', ...rest] = codes
      expect(kindOf(first, recovery(rest))).to.equal('wrong')
    })
  })

  it('finds the code among several authenticators, a fresh fit before a reused one', () => {
    const code = codeAt(currentStep)
    const used = { ...totp, id: 'old', lastStep: currentStep }
    const check = checker.check(code, [phone, hotp, used, totp], nowMs)
    if (check.kind !== 'match') throw new Error(`not a match but ${check.kind}`)
    expect(check.match.authenticator.id).to.equal('a1')
  })

  describe('all codes that would be found', () => {
    const drifted = { ...totp, driftSteps: 3 }
    const fresh = { ...hotp, counter: 0 }

    it('are those of the window and of the counters ahead, and none of a recovery code', () => {
      const codes = createRecoveryCodes(2)
      const all = checker.codes([totp, hotp, recovery(codes), phone], nowMs)
      expect(all).to.have.members([
        ...[-1, 0, 1].map((away) => codeAt(currentStep + away)),
        ...Array.from({ length: 12 }, (_, at) => otpCode(hotp, 39 + at)),
      ])
    })

    for (const [what, authenticator] of [
      ['an app', totp],
      ['an app whose clock is off', drifted],
      ['a token', hotp],
      ['a token that was never used', fresh],
    ] as const) {
      it(`are found each, and no other, for ${what}`, () => {
        const all = checker.codes([authenticator], nowMs)
        for (const code of all) expect(kindOf(code, authenticator), code).to.not.equal('wrong')
        const others = Array.from({ length: 300 }, (_, at) => String(at * 3_333).padStart(6, '0'))
        for (const code of others.filter((each) => !all.includes(each))) {
          expect(kindOf(code, authenticator), code).to.equal('wrong')
        }
      })
    }
  })

  describe('the form of a code', () => {
    const all = [totp, hotp, recovery(['01AB-CDEF-GH10']), phone]
    for (const [text, looks] of [
      ['123456', true],
      ['123 456', true],
      ['01AB-CDEF-GH11', true],
      ['12345', false],
      ['1234567', false],
      ['12345678', false],
      ['-12345', false],
      ['1e5000', false],
      ['١٢٣٤٥٦', false],
      ['', false],
      ['push', false],
      ['123456\u0000', false],
    ] as const) {
      it(`${JSON.stringify(text)}: ${looks}`, () => {
        expect(checker.looksLikeCode(text, all)).to.equal(looks)
        expect(kindOf(text, ...all)).to.equal('wrong')
      })
    }

    it('is nothing where there is nothing to type', () => {
      expect(checker.looksLikeCode('123456', [])).to.equal(false)
      expect(checker.looksLikeCode('123456', [phone])).to.equal(false)
      expect(kindOf('123456', phone)).to.equal('wrong')
    })

    it('is found quickly to be none in a long text', () => {
      expect(checker.looksLikeCode('9'.repeat(100_000), all)).to.equal(false)
    })
  })
})

describe('a clock that is off', () => {
  const checker = createCodeChecker({
    window: 1,
    lookAhead: 10,
    store: {} as AuthenticatorStore,
    hashKey,
  })
  const offOf = (steps: number, authenticator: TotpAuthenticator = totp) =>
    checker.clockOff(
      otpCode(authenticator, currentStep + steps),
      [phone, hotp, authenticator],
      nowMs,
    )

  for (const steps of [-10, -4, -2, 2, 3, 10]) {
    it(`is told to be off by ${steps} steps, and the code stays wrong`, () => {
      expect(offOf(steps)).to.equal(steps)
      expect(checker.check(otpCode(totp, currentStep + steps), [totp], nowMs).kind).to.equal(
        'wrong',
      )
    })
  }

  it('is not told of what fits, of what is further away, or of anything else', () => {
    for (const steps of [-11, -1, 0, 1, 11, 400])
      expect(offOf(steps), `${steps}`).to.equal(undefined)
    for (const text of ['', 'x', '12345', '٣٣٣٣٣٣', '9'.repeat(10_000)]) {
      expect(checker.clockOff(text, [totp, hotp, phone], nowMs), text.slice(0, 9)).to.equal(
        undefined,
      )
    }
    expect(checker.clockOff(otpCode(totp, 1), [totp], 0)).to.equal(undefined)
  })

  it('is told against our clock, whatever drift was learnt, and without counting what that allows', () => {
    const drifted = { ...totp, driftSteps: 3 }
    expect(offOf(6, drifted)).to.equal(6)
    expect(offOf(4, drifted)).to.equal(undefined)
    expect(offOf(0, drifted)).to.equal(0)
  })
})
