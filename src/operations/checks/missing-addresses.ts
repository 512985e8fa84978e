import type { AuditEntry } from '../../store/index.ts'
import { counted } from '../../support/index.ts'
import type { CheckRow } from './check-row.ts'

/** A rule that refuses people by the network they are in. */
export type NetworkDenial = {
  readonly rule: string
  /** Names of the gateways it is for. */
  readonly gateways: readonly string[]
}

/** As the audit has one. */
const mac = /^[\da-f]{12}$/

/**
 * A row for each gateway whose requests did not say where the person is, though a rule is to refuse people by that: it
 * cannot apply there. `recent`: newest first.
 */
export function checkMissingAddresses(
  denials: readonly NetworkDenial[],
  recent: readonly AuditEntry[],
): readonly CheckRow[] {
  const gateways = [...new Set(denials.flatMap((denial) => denial.gateways))]
  return gateways.flatMap((gateway): readonly CheckRow[] => {
    const mine = recent.filter((entry) => entry.gateway === gateway && !entry.erased)
    const macs = mine.filter(({ device = '' }) => mac.test(device)).length
    const none = mine.filter(
      ({ device, sourceAddress }) => device === undefined || device === sourceAddress,
    ).length
    if (macs + none === 0) return []
    const rules = denials.filter((denial) => denial.gateways.includes(gateway))
    const names = rules.map(({ rule }) => rule).join(', ')
    const sent = [
      ...(none > 0 ? [`no address of a person with ${none}`] : []),
      ...(macs > 0 ? [`a MAC address with ${macs}`] : []),
    ].join(', ')
    return [
      {
        area: 'gateway',
        what: gateway,
        state: 'warning',
        detail: `rule ${names} cannot refuse by network there: of ${counted(mine.length, 'sign-in')} since yesterday it sent ${sent}`,
        remedy: `Let it send the person’s address as Calling-Station-Id, or name another attribute in gateways.${gateway}.device_attribute. Otherwise allow the networks you know and deny the rest.`,
      },
    ]
  })
}
