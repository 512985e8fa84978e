import { dayMs } from '../../support/index.ts'
import { formatMoment } from '../moments.ts'
import type { CheckRow } from './check-row.ts'

/** A packet that was dropped because no one knows who sent it, or because it came to the wrong port. */
export type UnknownSenderPacket = {
  readonly atMs: number
  /** Address without port. */
  readonly source: string
  readonly reason: keyof typeof meanings
  /** What else was seen, such as its NAS-Identifier. */
  readonly detail?: string
}

/** Sources can be forged: a flood must not fill the table. */
const mostRows = 10

const meanings = {
  'gateway-unknown': {
    what: 'is not a gateway',
    remedy:
      'Is it a gateway of yours? Add it to gateways with a secret of its own. If not, let the firewall keep it from this port.',
  },
  'nas-identifier-unknown': {
    what: 'fits no gateway of its address',
    remedy:
      'Set the NAS-Identifier on the gateway, or give it an entry under gateways with this one.',
  },
  'accounting-to-sign-in-port': {
    what: 'sends accounting to the port for sign-ins',
    remedy:
      'Set its accounting port to that of accounting.listen, mostly 1813. If the configuration has no accounting, add it.',
  },
  'sign-in-to-accounting-port': {
    what: 'asks about sign-ins at the port for accounting',
    remedy: 'Set its authentication port to that of listen, mostly 1812.',
  },
} as const

/** Whether a reason of the log is one that `checkUnknownSenders` explains. */
export function isOfUnknownSender(reason: string): reason is UnknownSenderPacket['reason'] {
  return Object.hasOwn(meanings, reason)
}

/**
 * A row for each sender of the last day that is not a gateway or has the wrong port, the newest first: mostly
 * one that was meant to be answered.
 */
export function checkUnknownSenders(
  packets: readonly UnknownSenderPacket[],
  nowMs: number,
): readonly CheckRow[] {
  const newest = new Map<string, UnknownSenderPacket>()
  for (const packet of packets) {
    const { atMs, detail = '', reason, source } = packet
    const key = `${reason} ${source} ${detail}`
    const isNewer = atMs > (newest.get(key)?.atMs ?? 0)
    if (atMs > nowMs - dayMs && isNewer) newest.set(key, packet)
  }
  const all = [...newest.values()].sort((left, right) => right.atMs - left.atMs)
  const rows = all.slice(0, mostRows).map(({ atMs, detail, reason, source }): CheckRow => {
    const { what, remedy } = meanings[reason]
    const more = detail === undefined ? '' : ` (${detail})`
    return {
      area: 'gateway',
      what: source,
      state: 'warning',
      detail: `${what}${more}, so its requests get no answer; the last one came ${formatMoment(atMs)}`,
      remedy,
    }
  })
  if (all.length <= mostRows) return rows
  const left = all.length - mostRows
  const detail = `${left} more addresses send requests that get no answer`
  const remedy = 'Let the firewall pass only gateways to this port.'
  return [...rows, { area: 'gateway', what: 'others', state: 'warning', detail, remedy }]
}
