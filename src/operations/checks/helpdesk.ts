import type { CheckRow } from './check-row.ts'

/** What `check` says of the helpdesk's socket. `failure`: why it could not be opened. */
export function checkHelpdesk(socket: {
  readonly group: string
  readonly path: string
  readonly failure: string | undefined
}): CheckRow {
  const { group, path, failure } = socket
  const row = { area: 'service', what: 'helpdesk' }
  if (failure === undefined) {
    return { ...row, state: 'ok', detail: `group ${group} at ${path}`, remedy: '' }
  }
  const remedy = 'See docs/how-to/helpdesk.md for what the systemd unit needs, then restart.'
  return { ...row, state: 'failed', detail: failure, remedy }
}
