import { counted } from '../../support/index.ts'
import type { CheckRow } from './check-row.ts'

/** The state of accounting; undefined where the configuration has none. */
export type AccountingStatus =
  | {
      /** Where it listens now. */
      readonly listen: readonly string[]
      readonly records: number
      readonly maxRecords: number
      /** Gateways of which a record is kept. */
      readonly gateways: number
    }
  | undefined

/** A single gateway gets no answer any more when it has half of the records. */
const fullShare = 0.4

/** Says whether accounting is answered, and warns before there is no room for it. */
export function checkAccounting(status: AccountingStatus): CheckRow {
  const row = { area: 'service', what: 'accounting' }
  if (status === undefined) {
    const detail = 'off: Accounting-Requests get no answer'
    return { ...row, state: 'ok', detail, remedy: '' }
  }
  const { listen, records, maxRecords, gateways } = status
  if (listen.length === 0) {
    const remedy = 'Put an address that this machine has into accounting.listen.'
    return { ...row, state: 'failed', detail: 'listens on no address', remedy }
  }
  const kept = `${records} of ${counted(maxRecords, 'record')} kept, from ${counted(gateways, 'gateway')}`
  const detail = `listens on ${listen.join(', ')}; ${kept}`
  if (records < maxRecords * fullShare) return { ...row, state: 'ok', detail, remedy: '' }
  return {
    ...row,
    state: 'warning',
    detail,
    remedy:
      'A gateway that has half of the records gets no answer. Raise the interval of interim updates on the gateways, or raise accounting.max_records.',
  }
}
