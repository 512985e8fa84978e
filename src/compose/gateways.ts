import { type Config, type GatewayConfig, startOfDayMs } from '../config/index.ts'
import { createSharedSecret, type Dictionary } from '../radius/index.ts'
import type { GatewayRules } from '../signin/index.ts'
import { findCharset, foldGroup, utf8 } from '../support/index.ts'
import type { GatewayEntry } from '../transport/index.ts'
import { readDeviceAttribute } from './device-attribute.ts'

/** Gateways of the configuration as the listener wants them. `learnt`: names of those known to send Message-Authenticator. */
export function createGatewayEntries(
  config: Config,
  dictionary: () => Dictionary,
  learnt: ReadonlySet<string>,
): GatewayEntry[] {
  return Object.values(config.gateways).map((gateway) => ({
    rules: createRules(gateway, dictionary),
    prefixes: gateway.address,
    ...(gateway.nasIdentifier === undefined ? {} : { nasIdentifier: gateway.nasIdentifier }),
    trustNasIdentifier: gateway.trustNasIdentifier,
    secret: createSharedSecret(gateway.secret.reveal()),
    messageAuthenticator: gateway.messageAuthenticator,
    learnt: learnt.has(gateway.name),
    ...requiredFrom(gateway),
    charset: findCharset(gateway.charset) ?? utf8,
    ...deviceAttributeOf(gateway, dictionary),
    msChapV1: gateway.msChapV1,
    eap: gateway.eap !== undefined,
    maxOpen: gateway.openSignIns,
  }))
}

function deviceAttributeOf({ deviceAttribute }: GatewayConfig, dictionary: () => Dictionary) {
  if (deviceAttribute === undefined) return {}
  return { deviceAttribute: readDeviceAttribute(dictionary(), deviceAttribute) }
}

/** From the day after the last one of `learn` or `optional`. */
function requiredFrom({ messageAuthenticatorUntil: lastDay }: GatewayConfig) {
  const requiredFromMs = lastDay === undefined ? undefined : startOfDayMs(lastDay, 1)
  return requiredFromMs === undefined ? {} : { requiredFromMs }
}

function createRules(gateway: GatewayConfig, dictionary: () => Dictionary): GatewayRules {
  return {
    name: gateway.name,
    group: gateway.group,
    label: gateway.label,
    returnsUserName: gateway.eap?.userName === true,
    flow: gateway.flow,
    challenges: gateway.challenges,
    patienceMs: gateway.patienceMs,
    marginMs: gateway.marginMs,
    firstFactor: gateway.firstFactor,
    secondFactorFirst: gateway.secondFactorFirst,
    methods: gateway.methods,
    append: gateway.append,
    personSpecificDevice: gateway.personSpecificDevice,
    onDirectoryDown: gateway.onDirectoryDown,
    requireGroups: gateway.requireGroups.map(foldGroup),
    denyGroups: gateway.denyGroups.map(foldGroup),
    replyAttributes: gateway.reply.flatMap((attribute) => dictionary().encode(attribute)),
  }
}
