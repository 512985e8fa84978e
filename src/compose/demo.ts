import type { DemoEnrolment } from '../config/index.ts'
import { parseSeed } from '../methods/index.ts'
import type { Directory } from '../signin/index.ts'
import type { Store } from '../store/index.ts'
import { HoldfastError } from '../support/index.ts'

/** Gives the people of the demo what they sign in with. */
export async function enrolDemo(
  enrolments: readonly DemoEnrolment[],
  store: Store,
  directories: ReadonlyMap<string, Directory>,
): Promise<void> {
  for (const enrolment of enrolments) {
    const directory = directories.get(enrolment.directory)
    const resolved = await directory?.resolve(enrolment.user, AbortSignal.timeout(1_000))
    if (resolved?.kind !== 'user') {
      throw new HoldfastError(
        'demo-user-unknown',
        `demo.enrolments: nobody is called ${enrolment.user}`,
      )
    }
    const { key, name } = resolved.user
    const common = { userKey: key, label: 'demo' }
    await store.accounts.noteUser(key, name)
    if (enrolment.method === 'totp') {
      const seed = parseSeed(enrolment.seed)
      if (seed === undefined)
        throw new HoldfastError('demo-seed-invalid', 'demo.enrolments: a seed is no Base32')
      await store.authenticators.add({
        ...common,
        method: 'totp',
        seed,
        algorithm: 'sha1',
        digits: 6,
        periodSeconds: 30,
        driftSteps: 0,
        lastStep: -1,
      })
    } else {
      await store.authenticators.add({
        ...common,
        method: enrolment.method,
        phone: enrolment.phone,
      })
    }
  }
}
