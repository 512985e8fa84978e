import type { CheckRow } from './check-row.ts'
import { formatMoment } from './moments.ts'

/** A packet that was dropped because nobody knows who sent it. */
export type StrangePacket = {
  readonly atMs: number
  /** Address without port. */
  readonly source: string
  readonly reason: 'gateway-unknown' | 'nas-identifier-unknown'
  /** What else was seen, such as its NAS-Identifier. */
  readonly detail?: string
}

const dayMs = 86_400_000
/** Sources can be forged: a flood must not fill the table. */
const mostRows = 10

const remedies = {
  'gateway-unknown':
    'Is it a gateway of yours? Add it to gateways with a secret of its own. If not, let the firewall keep it from this port.',
  'nas-identifier-unknown':
    'Set the NAS-Identifier on the gateway, or give it an entry under gateways with this one.',
} as const

/** A row for each sender of the last day that is no gateway, the newest first: mostly one that was meant to be. */
export function checkStrangers(
  packets: readonly StrangePacket[],
  nowMs: number,
): readonly CheckRow[] {
  const newest = new Map<string, StrangePacket>()
  for (const packet of packets) {
    const { atMs, detail = '', reason, source } = packet
    const key = `${reason} ${source} ${detail}`
    const isNewer = atMs > (newest.get(key)?.atMs ?? 0)
    if (atMs > nowMs - dayMs && isNewer) newest.set(key, packet)
  }
  const all = [...newest.values()].sort((left, right) => right.atMs - left.atMs)
  const rows = all.slice(0, mostRows).map(({ atMs, detail, reason, source }): CheckRow => {
    const what = reason === 'gateway-unknown' ? 'is no gateway' : 'fits no gateway of its address'
    const more = detail === undefined ? '' : ` (${detail})`
    return {
      area: 'gateway',
      what: source,
      state: 'warning',
      detail: `${what}${more}, so its requests get no answer; the last one came ${formatMoment(atMs)}`,
      remedy: remedies[reason],
    }
  })
  if (all.length <= mostRows) return rows
  const left = all.length - mostRows
  const detail = `${left} more addresses send requests and are no gateways`
  const remedy = 'Let the firewall pass only gateways to this port.'
  return [...rows, { area: 'gateway', what: 'others', state: 'warning', detail, remedy }]
}
