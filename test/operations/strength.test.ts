import { expect } from 'chai'
import { methods } from '../../src/accounts/index.ts'
import { type Factor, mayAdd, mayTakeAway } from '../../src/operations/strength.ts'

/** The order of PEOPLE R5, the strongest first; those in one line are equal. */
const order: readonly (readonly string[])[] = [
  ['passkey'],
  ['push'],
  ['totp', 'hotp'],
  ['call with PIN'],
  ['call', 'sms'],
  ['recovery'],
  ['email'],
]
/** What may add one stronger in 24 hours. */
const strengthens = ['push', 'totp', 'hotp', 'call with PIN', 'call', 'sms', 'recovery']

const factors = new Map<string, Factor>([
  ...methods.map((method) => [method, { method, hasPin: false }] as const),
  ['call with PIN', { method: 'call', hasPin: true }],
])
const placeOf = (name: string) => order.findIndex((line) => line.includes(name))

describe('what a factor may do to another (PEOPLE R5)', () => {
  it('is decided for every method that there is', () => {
    expect(order.flat()).to.have.members([...factors.keys()])
  })

  for (const [givenName, given] of factors) {
    for (const [wantedName, wanted] of factors) {
      const isStronger = placeOf(wantedName) < placeOf(givenName)
      const expected =
        givenName === 'email'
          ? 'no'
          : !isStronger
            ? 'yes'
            : strengthens.includes(givenName)
              ? 'once'
              : 'no'
      it(`${givenName} adds ${wantedName}: ${expected}`, () => {
        expect(mayAdd(given, wanted)).to.equal(expected)
      })
      it(`${givenName} ${isStronger ? 'does not take' : 'takes'} ${wantedName} away`, () => {
        expect(mayTakeAway(given, wanted)).to.equal(!isStronger)
      })
    }
  }

  it('takes a PIN for nothing where nothing wants one', () => {
    expect(mayTakeAway({ method: 'sms', hasPin: true }, { method: 'call', hasPin: true })).to.equal(
      false,
    )
    expect(mayAdd({ method: 'recovery', hasPin: true }, { method: 'sms', hasPin: false })).to.equal(
      'once',
    )
  })
})
