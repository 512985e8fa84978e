import * as z from 'zod'
import { changeOwnPassword, type OwnPasswordChange } from '../../signin/index.ts'
import { endSessionsOf } from '../end-sessions.ts'
import { operation } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { subjectOf } from '../subject.ts'
import { tellChange } from '../tell-change.ts'
import { languageOf, ownParts } from './own-parts.ts'

/** As long as the pages let people type one; what fits into a request of a gateway is judged after it. */
const password = z.string().min(1).max(512)

export type PasswordResult =
  | { readonly kind: 'changed' }
  | { readonly kind: 'refused'; readonly reason: string; readonly text: string }

/** A person changes their password in the directory, with the current one. Their other sessions end, and they are told. */
export function createPasswordOperation(parts: AdminParts) {
  const { store, clock } = parts

  return {
    /** A refusal comes with a text for the person, in their language. */
    'own.password': operation(
      z.strictObject({ current: password, chosen: password }),
      async (typed, call): Promise<PasswordResult> => {
        const person = await subjectOf(parts, undefined, call)
        const own = ownParts(parts)
        const { directory, user } = await own.find(person.key, call.signal)
        const change = await changeOwnPassword(
          { accounts: store.accounts, clock, lockout: own.lockout() },
          directory,
          user,
          typed,
          call.signal,
        )
        await note(person, change)
        if (change.kind === 'changed' || change.reason === 'unclear') {
          await endSessionsOf(parts, call.caller, person, 'password-changed')
          tellChange(parts, call.caller, user, { kind: 'password-changed' })
        }
        if (change.kind === 'changed') return change
        const language = await languageOf(parts, person.key, call.signal)
        const { reason, says, values } = change
        return { kind: 'refused', reason, text: own.text(says, language, values) }

        async function note(of: Person, result: OwnPasswordChange): Promise<void> {
          if (result.kind === 'changed') {
            return recordChange(parts, call.caller, 'admin-password-changed', of, {})
          }
          const { reason, detail } = result
          await recordChange(parts, call.caller, 'admin-password-not-changed', of, {
            ...{ result: reason, detail },
          })
        }
      },
    ),
  }
}
