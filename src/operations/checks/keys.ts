import type { Store } from '../../store/index.ts'
import type { CheckRow } from './check-row.ts'

export type StoreKeys = Awaited<ReturnType<Store['keys']>>

const row = { area: 'store', what: 'sealing key' } as const

/** A row where a rotation was cut off; otherwise none. */
export function checkRotation({ sealedWith }: StoreKeys): readonly CheckRow[] {
  if (sealedWith.length < 2) return []
  const detail = `a key rotation was not finished: values are sealed with the keys ${sealedWith.join(' and ')}`
  const remedy =
    'Run holdfast key rotate FILE again with the same file; until then a start needs both keys.'
  return [{ ...row, state: 'failed', detail, remedy }]
}

/** Whether the next start opens the store. `given`: id of the key that the configuration names. */
export function checkSealingKey({ current }: StoreKeys, given: string): CheckRow {
  if (given === current) {
    return { ...row, state: 'ok', detail: `${given}, the one the store is sealed with`, remedy: '' }
  }
  return {
    ...row,
    state: 'failed',
    detail: `the store is sealed with key ${current}, and sealing_key is ${given}: the next start fails`,
    remedy:
      'After holdfast key rotate FILE, put FILE in the place of the old key. If you did not rotate it, put the old key back.',
  }
}
