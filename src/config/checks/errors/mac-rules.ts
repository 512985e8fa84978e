import { entryOf, type Finding, unknownName } from '../../finding.ts'
import type { ParsedConfig } from '../../schema/schema.ts'

/**
 * What is wrong with `mac_rules`. A MAC address proves nothing, so at least the gateway must: its packets
 * carry Message-Authenticator, without which anyone on the way could write a request (RULES 17).
 */
export function checkMacRules({ gateways, macRules }: ParsedConfig): readonly Finding[] {
  const seen = new Set<string>()
  return macRules.flatMap(({ gateway, macs, macFile, reply, tag, vlan }, index): Finding[] => {
    const at = (...rest: string[]) => ['mac_rules', index, ...rest]
    const findings = gateway.flatMap((name): Finding[] => {
      const found = entryOf(gateways, name)
      if (found === undefined) return [unknownName(at('gateway'), name, 'gateways', gateways)]
      if (found.messageAuthenticator === 'required') return []
      const message = `takes message_authenticator: required at ${name}: nothing else is proven there`
      return [{ path: at('gateway'), message }]
    })
    if (macs === undefined && macFile === undefined) {
      findings.push({ path: at(), message: 'needs macs or mac_file' })
    }
    if (tag !== undefined && vlan === undefined) {
      findings.push({ path: at('tag'), message: 'counts only with vlan' })
    }
    const values = [...Object.values(reply).flat(), vlan].map(String)
    if (values.some((value) => value.includes('{{'))) {
      findings.push({
        path: at(),
        message: 'has a placeholder such as {{mail}}: a device has no such value',
      })
    }
    const twice = gateway.flatMap((name) => (macs ?? []).filter((mac) => !isNew(`${name} ${mac}`)))
    for (const mac of new Set(twice)) {
      findings.push({ path: at('macs'), message: `${mac} is here twice for one gateway` })
    }
    return findings
  })

  function isNew(place: string): boolean {
    const { size } = seen
    return seen.add(place).size > size
  }
}
