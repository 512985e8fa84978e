import { createHash, randomBytes } from 'node:crypto'
import { otpCode } from '../../../src/methods/index.ts'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import type { Person } from '../load/loader.ts'

const periodMs = 30_000
/** Enrolled at once: the store lets in a bounded number of requests, and a commit may not take long. */
const batch = 1_000

/** The same seed for the same person in every run and on both sides; 20 bytes. */
export function seedOf({ name }: Person): Uint8Array {
  return createHash('sha1').update(`bench ${name}`).digest()
}

/** Everyone's password with the code of this moment after it, as people type it. */
export function withCodes(people: readonly Person[]): Person[] {
  const step = Math.floor(Date.now() / periodMs)
  return people.map((person) => ({
    name: person.name,
    password:
      person.password + otpCode({ seed: seedOf(person), algorithm: 'sha1', digits: 6 }, step),
  }))
}

/** Waits until a code made now stays good for at least so long. */
export async function untilCodesLast(forMs: number): Promise<void> {
  const leftMs = periodMs - (Date.now() % periodMs)
  if (leftMs < forMs) await new Promise((resolve) => setTimeout(resolve, leftMs + 50))
}

/** Makes a store in which everyone has an app and a name, as enrolling leaves it. Gives its master key. */
export async function enrolEverybody(
  file: string,
  people: readonly Person[],
  userKeyOf: (person: Person) => string,
): Promise<Uint8Array> {
  const master = randomBytes(32)
  const store = await openStore({
    file,
    keyring: createKeyring({ current: master }),
    node: 'bench',
  })
  const enrol = async (person: Person) => {
    const userKey = userKeyOf(person)
    await store.accounts.noteUser(userKey, person.name)
    await store.authenticators.add({
      method: 'totp',
      userKey,
      label: 'bench',
      seed: seedOf(person),
      algorithm: 'sha1',
      digits: 6,
      periodSeconds: 30,
      driftSteps: 0,
      lastStep: -1,
    })
  }
  for (let first = 0; first < people.length; first += batch) {
    await Promise.all(people.slice(first, first + batch).map(enrol))
  }
  await store.close()
  return master
}
