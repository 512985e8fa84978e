import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { resynchroniseHotp } from '../methods/index.ts'
import { type AuthenticatorView, viewAuthenticator } from './authenticator-view.ts'
import { AdminError } from './errors.ts'
import { findAuthenticator } from './find-authenticator.ts'
import { operation, personName } from './operation.ts'
import type { AdminParts } from './parts.ts'
import type { Person } from './people.ts'
import { recordChange } from './trail.ts'

const code = z.string().regex(/^\d{6}(\d{2})?$/, 'a code has 6 or 8 digits')

/** For an HOTP token whose button was pressed more often than codes may be ahead. */
export function createResyncOperation(parts: AdminParts) {
  const { store, findPerson } = parts
  return {
    /**
     * Moves the counter behind two codes in a row. `id` may be shortened; without it the person has
     * only one HOTP token.
     */
    'authenticator.resync': operation(
      z.strictObject({
        name: personName,
        id: z.string().min(1).max(256).optional(),
        codes: z.tuple([code, code]),
      }),
      async (
        { name, id, codes },
        { signal },
      ): Promise<{ readonly person: Person; readonly authenticator: AuthenticatorView }> => {
        const person = await findPerson(name, signal)
        const enrolled = await store.authenticators.list(person.key)
        const tokens = enrolled.filter((authenticator) => authenticator.method === 'hotp')
        const [token, second] = id === undefined ? tokens : [findAuthenticator(tokens, id, person)]
        if (!token) {
          throw new AdminError('authenticator-unknown', `${person.name} has no HOTP token.`)
        }
        if (second) {
          throw new AdminError(
            'authenticator-unknown',
            `${person.name} has several HOTP tokens; give the id of one.`,
          )
        }
        const counter = resynchroniseHotp(token, ...codes)
        // Both codes are spent, as by a sign-in; no packet did it, so none is recognised.
        const spent =
          counter !== undefined &&
          (await store.authenticators.spendHotp(token.id, counter, {
            requestAuthenticator: randomBytes(16),
          })) === 'spent'
        if (!spent) {
          throw new AdminError(
            'codes-do-not-fit',
            `These are no two codes in a row of this token. Press its button twice and type both in their order; codes that signed in already do not count.`,
          )
        }
        await recordChange(parts, 'admin-authenticator-resynchronised', person, { id: token.id })
        const authenticator = viewAuthenticator({ ...token, counter: counter + 1 })
        return { person, authenticator }
      },
    ),
  }
}
