import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import {
  type HotpAuthenticator,
  isSpentStep,
  type TotpAuthenticator,
} from '../../accounts/index.ts'
import { resynchroniseHotp, resynchroniseTotp } from '../../methods/index.ts'
import { type Caller, counted } from '../../support/index.ts'
import { AdminError } from '../errors.ts'
import { operation, personName, reason } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { findAuthenticator } from './find-authenticator.ts'
import { resetLastStep, type StepReset } from './reset-last-step.ts'
import { type AuthenticatorView, viewAuthenticator } from './view.ts'

const code = z.string().regex(/^\d{6}(\d{2})?$/, 'a code has 6 or 8 digits')
type Codes = readonly [string, string]

export type Resync = {
  readonly person: Person
  readonly authenticator: AuthenticatorView
  /** Where the last accepted code lay in the future. */
  readonly reset?: StepReset
}

/** For tokens whose counter, clock or last accepted code is not where this server expects it. */
export function createResyncOperation(parts: AdminParts) {
  const { store, findPerson, clock } = parts
  // No packet spends these codes, so none is recognised later.
  const noPacket = () => ({ requestAuthenticator: randomBytes(16) })

  /** Gives the token after the second code, or undefined where the codes do not fit. */
  async function resyncHotp(token: HotpAuthenticator, codes: Codes) {
    const counter = resynchroniseHotp(token, ...codes)
    if (counter === undefined) return undefined
    const spent = await store.authenticators.spendHotp(token.id, counter, noPacket())
    return spent === 'spent' ? { authenticator: { ...token, counter: counter + 1 } } : undefined
  }

  async function resyncTotp(
    caller: Caller,
    person: Person,
    token: TotpAuthenticator,
    codes: Codes,
  ) {
    const pair = resynchroniseTotp(token, ...codes, clock.nowMs())
    if (pair === undefined) return undefined
    // The codes show who asks; an earlier time is taken for the last one only after that.
    const reset = await resetLastStep(parts, caller, person, token)
    if (reset?.result === 'unknown') throw stepsUnknown(person, reset)
    const enrolled = await store.authenticators.list(person.key)
    const fresh = enrolled.find(({ id }) => id === token.id)
    if (fresh?.method !== 'totp') return undefined
    const { steps, driftSteps } = pair
    if (steps.some((step) => isSpentStep(fresh, step))) return undefined
    const [, lastStep] = steps
    const spent = await store.authenticators.spendTotp(token.id, lastStep, driftSteps, noPacket())
    if (spent !== 'spent') return undefined
    const authenticator = { ...fresh, lastStep, driftSteps }
    return { authenticator, ...(reset === undefined ? {} : { reset }) }
  }

  return {
    /**
     * Finds the counter or the clock by two codes in a row, which both are spent by it. `id` may be shortened;
     * without it the person has only one token or app.
     */
    'authenticator.resync': operation(
      z.strictObject({
        name: personName,
        id: z.string().min(1).max(256).optional(),
        codes: z.tuple([code, code]),
        reason: reason.optional(),
      }),
      async ({ name, id, codes, reason: why }, { signal, caller }): Promise<Resync> => {
        const person = await findPerson(name, signal)
        const enrolled = await store.authenticators.list(person.key)
        const tokens = enrolled.filter((one) => one.method === 'hotp' || one.method === 'totp')
        const [token, second] = id === undefined ? tokens : [findAuthenticator(tokens, id, person)]
        if (!token) {
          throw new AdminError('authenticator-unknown', `${person.name} has no token and no app.`)
        }
        if (second) {
          throw new AdminError(
            'authenticator-unknown',
            `${person.name} has several tokens or apps; give the id of one.`,
          )
        }
        const done =
          token.method === 'hotp'
            ? await resyncHotp(token, codes)
            : await resyncTotp(caller, person, token, codes)
        if (done === undefined) {
          throw new AdminError(
            'codes-do-not-fit',
            'These are not two unused codes in a row of this token. Type two codes that it shows one after the other, in their order. Codes that were used before do not work.',
          )
        }
        await recordChange(parts, caller, 'admin-authenticator-resynchronised', person, {
          ...{ id: token.id, reason: why },
        })
        return {
          person,
          ...done,
          authenticator: viewAuthenticator(done.authenticator, parts.usableMethods()),
        }
      },
    ),
  }
}

function stepsUnknown(person: Person, { id, aheadMinutes }: StepReset): AdminError {
  return new AdminError(
    'steps-unknown',
    `The last accepted code of totp ${id} of ${person.name} is ${counted(aheadMinutes, 'minute')} in the future, and the codes accepted before it are not known. Remove this authenticator and add it with a new seed.`,
  )
}
