import type { CheckRow } from '../checks/check-row.ts'

/** By what people hear of changes to how they sign in (PEOPLE R7). `portal`: whether they can make changes themselves. */
export function checkNotices(can: {
  readonly email: boolean
  readonly sms: boolean
  readonly portal: boolean
}): readonly CheckRow[] {
  const row = { area: 'service', what: 'notices of changes' }
  if (can.email) {
    const detail = can.sms ? 'by mail and text message' : 'by mail'
    return [{ ...row, state: 'ok', detail, remedy: '' }]
  }
  // Where only administrators change anything, an installation without mail is nothing new.
  if (!can.portal) return []
  const remedy =
    'Add an entry of type smtp under delivery, and mail addresses in the directory. See docs/how-to/notices.md.'
  return can.sms
    ? [{ ...row, state: 'warning', detail: 'by text message alone: no mail is configured', remedy }]
    : [
        {
          ...row,
          state: 'failed',
          detail: 'people are not told when someone else changes how they sign in',
          remedy,
        },
      ]
}
