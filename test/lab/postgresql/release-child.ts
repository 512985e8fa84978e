// A release of the store in a process of its own, beside others. Arguments: the folder of the release, and where the
// database is. Says `ready`, or the code with which it was refused; then answers each line that it reads with one.
import { createInterface } from 'node:readline'
import type * as StoreRoom from '../../../src/store/index.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import type * as SupportRoom from '../../../src/support/index.ts'
import { masterKey, newTotp, signInRecord } from '../../store/stores.ts'

const [folder = '', placeText = ''] = process.argv.slice(2)
const { createKeyring, openStore } = (await import(
  `${folder}/src/store/index.ts`
)) as typeof StoreRoom
const { Secret } = (await import(`${folder}/src/support/index.ts`)) as typeof SupportRoom

type Given = Omit<PostgresqlPlace, 'password'> & { readonly password: string }
const { password, ...given } = JSON.parse(placeText) as Given

try {
  const store = await openStore({
    postgresql: { ...given, password: new Secret(password) },
    keyring: createKeyring({ current: masterKey }),
    ...{ node: 'older', sharing: 'several', commitTimeoutMs: 60_000 },
    serves: { version: 'older' },
  })
  const commands: Readonly<Record<string, (argument: string) => Promise<string>>> = {
    add: async (userKey) => (await store.authenticators.add(newTotp(userKey))).id,
    async spend(argument) {
      const [id = '', step] = argument.split(' ')
      const requestAuthenticator = new Uint8Array(16).fill(1)
      return store.authenticators.spendTotp(id, Number(step), 0, { requestAuthenticator })
    },
    async record(signInId) {
      await store.audit.record(signInRecord({ signInId }))
      return 'recorded'
    },
    async verify() {
      return String((await store.audit.verifyAuditChain()).ok)
    },
  }
  console.log('ready')
  for await (const line of createInterface({ input: process.stdin })) {
    const [word = '', ...rest] = line.split(' ')
    console.log((await commands[word]?.(rest.join(' '))) ?? 'unknown')
  }
  await store.close()
} catch (error) {
  console.log(error instanceof Error && 'code' in error ? String(error.code) : String(error))
}
