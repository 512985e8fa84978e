// A process of its own that spends codes and notes which were acknowledged, until it is killed.
// Arguments: the file of the store, the file of the notes.
import { openSync, writeSync } from 'node:fs'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { masterKey, newTotp, signInRecord } from './stores.ts'

const store = await openStore({
  file: process.argv[2] ?? '',
  keyring: createKeyring({ current: masterKey }),
  node: 'node-1',
})
const notes = openSync(process.argv[3] ?? '', 'a')
const evidence = { requestAuthenticator: new Uint8Array(16).fill(1) }

await Promise.all(
  Array.from({ length: 20 }, async (_, lane) => {
    const { id } = await store.authenticators.add(newTotp(`corp:user-${lane}`))
    for (let step = 1; ; step += 1) {
      const result = await store.authenticators.spendTotp(id, step, 0, evidence)
      const signInId = `${lane}-${step}`
      await store.audit.record(signInRecord({ signInId }))
      // At once and without a buffer of ours: what was noted before the kill is in the file.
      writeSync(notes, `${lane} ${id} ${step} ${result}\n`)
    }
  }),
)
