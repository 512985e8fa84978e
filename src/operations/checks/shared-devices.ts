import type { AuditEntry } from '../../store/index.ts'
import { counted } from '../../support/index.ts'
import type { CheckRow } from './check-row.ts'

/** Two people may share a router; a value that so many of a gateway's people share belongs to none of them. */
const leastShare = 0.2

/**
 * A row for each gateway whose requests name one device for several people: an attacker with a password could then
 * share its owner's approval (RULES 42). `trusting`: gateways with `person_specific_device`. `recent`: newest first.
 */
export function checkSharedDevices(
  recent: readonly AuditEntry[],
  trusting: readonly string[],
): readonly CheckRow[] {
  return trusting.flatMap((gateway): readonly CheckRow[] => {
    // Refused ones may be a stranger's, who tries many names from one place.
    const letIn = recent.filter((entry) => entry.gateway === gateway && entry.outcome === 'accept')
    const people = new Set(letIn.map(({ userKey }) => userKey))
    const [device, count] = mostShared(letIn)
    if (count < 2 || count < people.size * leastShare) return []
    return [
      {
        area: 'gateway',
        what: gateway,
        state: 'warning',
        // In quotes, so that a support bundle knows that it is personal.
        detail: `${count} of ${counted(people.size, 'person', 'people')} came with the device "${device}" since yesterday, so it is no one’s own`,
        remedy: `If it is a proxy or a shared network, or the same for everyone, set gateways.${gateway}.person_specific_device: false.`,
      },
    ]
  })
}

/** The value that came with the most people, and how many that were. */
function mostShared(entries: readonly AuditEntry[]): readonly [device: string, people: number] {
  const peopleOf = new Map<string, Set<string>>()
  for (const { device, userKey } of entries) {
    if (device === undefined || userKey === undefined) continue
    const people = peopleOf.get(device) ?? new Set()
    peopleOf.set(device, people.add(userKey))
  }
  let most: readonly [string, number] = ['', 0]
  for (const [device, { size }] of peopleOf) if (size > most[1]) most = [device, size]
  return most
}
