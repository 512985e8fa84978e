import * as z from 'zod'
import type { AccountState } from '../accounts/index.ts'
import { type AuthenticatorView, viewAuthenticator } from './authenticator-view.ts'
import { nothing, operation, personName } from './operation.ts'
import type { Person } from './people.ts'
import type { AdminParts } from './ports.ts'

export type UserSummary = {
  readonly name: string
  readonly userKey: string
  readonly state: AccountState
  readonly authenticators: readonly AuthenticatorView[]
}

export type UserDetails = UserSummary & { readonly person: Person }

const named = z.strictObject({ name: personName })

/** Operations on people: who is known, their standing, blocking and releasing. */
export function createUserOperations(parts: AdminParts) {
  const { accounts, authenticators, findPerson } = parts

  const summarise = async (userKey: string, name: string): Promise<UserSummary> => {
    const [state, enrolled] = await Promise.all([
      accounts.load(userKey),
      authenticators.list(userKey),
    ])
    return { name, userKey, state, authenticators: enrolled.map(viewAuthenticator) }
  }

  return {
    'user.list': operation(nothing, async () => {
      const users = await parts.listUsers()
      const sorted = users.toSorted((left, right) => left.name.localeCompare(right.name))
      return await Promise.all(sorted.map(({ userKey, name }) => summarise(userKey, name)))
    }),

    'user.show': operation(named, async ({ name }, { signal }): Promise<UserDetails> => {
      const person = await findPerson(name, signal)
      return { ...(await summarise(person.key, person.name)), person }
    }),

    'user.block': operation(
      named.extend({ reason: z.string().min(1).max(256) }),
      async ({ name, reason }, { signal }): Promise<Person> => {
        const person = await findPerson(name, signal)
        await accounts.noteUser(person.key, person.name)
        await accounts.block(person.key, reason, parts.clock.nowMs())
        return person
      },
    ),

    'user.unlock': operation(named, async ({ name }, { signal }) => {
      const person = await findPerson(name, signal)
      const before = await accounts.load(person.key)
      await accounts.release(person.key)
      return { person, before }
    }),

    /** Takes every authenticator away and ends block and lock. The audit stays. */
    'user.forget': operation(named, async ({ name }, { signal }) => {
      const person = await findPerson(name, signal)
      const enrolled = await authenticators.list(person.key)
      for (const { id } of enrolled) await authenticators.remove(person.key, id)
      await accounts.release(person.key)
      await accounts.setDefaultMethod(person.key, undefined)
      return { person, removed: enrolled.map(viewAuthenticator) }
    }),
  }
}
