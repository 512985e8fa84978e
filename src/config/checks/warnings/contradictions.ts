import { isInPrefix, type Prefix, parsePrefix } from '../../../support/index.ts'
import type { PolicyRuleConfig } from '../../resolved/policy-rules.ts'
import type { ReplyRuleConfig } from '../../resolved/reply-rules.ts'
import { availableMethods, type Config, type GatewayConfig } from '../../resolved/resolve.ts'

type EapOfGateway = NonNullable<GatewayConfig['eap']>
type EapMethod = EapOfGateway['methods'][number]

/** Why no sign-in at these gateways can fit the rule; undefined where one can. */
export function contradiction(
  config: Config,
  rule: PolicyRuleConfig | ReplyRuleConfig,
  at: readonly GatewayConfig[],
): string | undefined {
  if (at.length === 0) return 'holds nowhere: no gateway is one of these and in one of these groups'
  const { credential, device, eapMethod, enrolled, network, outcome }: Partial<PolicyRuleConfig> =
    'outcome' in rule ? rule : {}
  const asksDevice = network !== undefined || device !== undefined
  // A rule that denies takes the gateway's word for it.
  if (asksDevice && outcome?.kind !== 'deny' && !at.some((each) => each.personSpecificDevice)) {
    return 'holds nowhere: no gateway it is for has person_specific_device, so none tells the device of a person'
  }
  if (network !== undefined && device !== undefined) {
    return 'holds nowhere: a gateway names a device by its address or by its MAC address, never by both'
  }
  if (network?.every(isEmptyNetwork)) {
    return `holds nowhere: no device has an address in ${network.join(', ')}`
  }
  const available: readonly string[] = availableMethods(config)
  if (enrolled?.every((each) => each !== 'none' && !available.includes(each))) {
    return `never holds: ${enrolled.join(', ')} is not set up under methods`
  }
  if (credential?.every((name) => name === 'eap') && at.every(({ eap }) => eap === undefined)) {
    return 'holds nowhere: no gateway it is for takes EAP'
  }
  if (eapMethod !== undefined && at.every(({ eap }) => !eap || !takesAny(eap, eapMethod))) {
    return 'holds nowhere: no gateway it is for takes one of these methods of EAP'
  }
  if (eapMethod !== undefined && credential?.includes('eap') === false) {
    return 'holds nowhere: what has a method of EAP has credential: eap'
  }
  return undefined
}

/** The other server decides about what is passed on. */
function takesAny({ methods, passOn }: EapOfGateway, wanted: readonly EapMethod[]): boolean {
  return passOn || methods.some((method) => wanted.includes(method))
}

/** Unspecified, broadcast and multicast addresses belong to no device (RFC 6890 2.2, RFC 5771, RFC 4291 2.7). */
const nobodys: readonly Prefix[] = [
  '0.0.0.0/32',
  '255.255.255.255/32',
  '224.0.0.0/4',
  '::/128',
  'ff00::/8',
].flatMap((text) => parsePrefix(text) ?? [])

function isEmptyNetwork(text: string): boolean {
  const network = parsePrefix(text)
  if (network === undefined) return false
  const { address, length } = network
  return nobodys.some((prefix) => prefix.length <= length && isInPrefix(address.bytes, prefix))
}
