import * as z from 'zod'
import type { RememberedSignIn } from '../../accounts/index.ts'
import { operation, personName, reason } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { subjectOf } from '../subject.ts'

const device = z.strictObject({
  kind: z.enum(['mac', 'address', 'certificate']),
  /** MAC: 12 hex digits in lower case. */
  value: z.string().min(1).max(64),
})

/** Operations on remembered sign-ins: from which devices a person needs the password alone. */
export function createRememberedOperations(parts: AdminParts) {
  const { store, clock } = parts
  const { remembered } = store

  return {
    'remembered.list': operation(
      z.strictObject({ name: personName.optional() }),
      async ({ name }, call): Promise<{ person: Person; signIns: readonly RememberedSignIn[] }> => {
        const person = await subjectOf(parts, name, call)
        return { person, signIns: await remembered.list(person.key, clock.nowMs()) }
      },
    ),

    /** Of one device, or of all. `forgotten`: how many there were, those that had ended included. */
    'remembered.forget': operation(
      z.strictObject({
        name: personName.optional(),
        device: device.optional(),
        reason: reason.optional(),
      }),
      async (
        { name, device, reason: why },
        call,
      ): Promise<{ person: Person; forgotten: number }> => {
        const person = await subjectOf(parts, name, call)
        const forgotten = await remembered.forget(person.key, device)
        const detail = { device: device?.value, reason: why }
        await recordChange(parts, call.caller, 'admin-remembered-forgotten', person, detail)
        return { person, forgotten }
      },
    ),
  }
}
