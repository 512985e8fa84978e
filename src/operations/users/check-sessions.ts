import { counted } from '../../support/index.ts'
import type { CheckRow } from '../checks/check-row.ts'

/** How many browsers are signed in at the portal. `holdfast session list NAME` says whose. */
export function checkSessions(open: number): CheckRow {
  const detail = open === 0 ? 'none is open' : `${counted(open, 'session')} open`
  return { area: 'web', what: 'portal sessions', state: 'ok', detail, remedy: '' }
}
