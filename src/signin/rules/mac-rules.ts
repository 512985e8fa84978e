import { attributeType, callCheck } from '../../radius/numbers.ts'
import { formatMac, parseMac } from '../../support/index.ts'
import type { Attempt, RequestAttribute } from '../attempt.ts'
import { type Context, note, reject } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import type { MacRule } from './rules.ts'

/** Value of Service-Type. */
const callCheckValue = Buffer.of(0, 0, 0, callCheck)

/**
 * Decides about a device that asks by its MAC address alone; undefined where a person signs in, or where no
 * rule is for such devices. It never goes on to the sign-in of people: no directory is asked, no rule for
 * people holds, and the Accept has nothing but what its own rule says.
 */
export function checkDevice(context: Context): Outcome | undefined {
  const { attempt, parts } = context
  const rules = rulesAt(parts.macRules, attempt.gateway.name)
  const mac = rules.length === 0 ? undefined : deviceThatAsks(attempt)
  if (mac === undefined) return undefined
  // A name can be typed at a web page. The gateway itself says which device it is about.
  if (callingStation(attempt) !== mac) return reject(context, 'mac-differs')
  const rule = rules.find(({ macs }) => macs.has(mac))
  if (rule === undefined) return reject(context, 'mac-unknown')
  note(context, 'mac-rule', { rule: rule.name, mac: formatMac(mac) })
  // For the record: nothing but its name is read of it from here on.
  context.rule = { name: rule.name, outcome: { kind: 'no-second-factor' } }
  return { kind: 'accept', reason: 'accepted', attributes: rule.attributes }
}

/** The rules that apply at this gateway. */
export function rulesAt(rules: readonly MacRule[], gateway: string): readonly MacRule[] {
  return rules.filter(({ gateways }) => gateways.includes(gateway))
}

/** What else a gateway says when it asks for a device, as it writes its address. */
export function callCheckAttributes(mac: string): readonly RequestAttribute[] {
  return [
    { vendor: 0, type: attributeType.ServiceType, value: callCheckValue },
    { vendor: 0, type: attributeType.CallingStationId, value: Buffer.from(mac, 'latin1') },
  ]
}

/** Calling-Station-Id (RFC 3580 3.21), read as nothing but a MAC address. */
function callingStation({ attributes }: Attempt): string | undefined {
  const found = [...attributes].find(
    ({ vendor, type }) => vendor === 0 && type === attributeType.CallingStationId,
  )
  return found && parseMac(Buffer.from(found.value).toString('latin1').trim())
}

/** The MAC address, 12 hex digits, if that is all there is: as name, and as password where one is sent. */
export function deviceThatAsks({
  attributes,
  credential,
  eap,
  state,
  userName,
}: Attempt): string | undefined {
  const mac = parseMac(userName)
  if (mac === undefined || eap !== undefined || state !== undefined) return undefined
  const isCallCheck = [...attributes].some(
    ({ vendor, type, value }) =>
      vendor === 0 && type === attributeType.ServiceType && callCheckValue.equals(value),
  )
  const isOwnPassword = credential.kind === 'pap' && parseMac(credential.password.reveal()) === mac
  return isCallCheck || isOwnPassword ? mac : undefined
}
