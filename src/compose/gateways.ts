import {
  type Config,
  defaultPatience,
  type GatewayConfig,
  type Preset,
  parseDuration,
  presets,
  startOfDayMs,
} from '../config/index.ts'
import type { ConfiguredGateway, GatewayStatus } from '../operations/index.ts'
import { startingValue } from '../patience/index.ts'
import { attributeType, createSharedSecret, type Dictionary } from '../radius/index.ts'
import type { GatewayRules } from '../signin/index.ts'
import { findCharset, foldGroup, utf8 } from '../support/index.ts'
import type { DeviceAttribute, GatewayEntry } from '../transport/index.ts'

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

/** Data types that can name a device, and how they read. */
const forms: Readonly<Record<string, DeviceAttribute['form']>> = {
  text: 'text',
  ipaddr: 'address',
  ipv6addr: 'address',
  'combo-ip': 'address',
}

/**
 * The attribute of a request that names the person's device, by its name in the dictionary. Throws Error
 * with a text for the administrator where it cannot be that.
 */
export function readDeviceAttribute(dictionary: Dictionary, name: string): DeviceAttribute {
  const found = dictionary.find(name)
  if (found === undefined) throw new Error(dictionary.whyUnknown(name))
  const { path, vendor, dataType, encryption } = found
  const form = forms[dataType]
  const type = path.at(-1)
  const isPlain =
    path.length === 1 || (path.length === 3 && path[0] === attributeType.VendorSpecific)
  if (form === undefined || type === undefined || !isPlain || encryption !== undefined) {
    throw new Error(`${name} holds neither a text nor an address`)
  }
  return { vendor, type, form }
}

/** The same gateways as administrators see them, before anything is seen of their packets. */
export function describeGateways({ gateways }: Config): readonly ConfiguredGateway[] {
  return Object.values(gateways).map((gateway) => {
    const preset: Preset | undefined =
      gateway.preset === undefined ? undefined : presets[gateway.preset]
    return {
      name: gateway.name,
      ...(preset === undefined ? {} : { kind: preset.title }),
      flow: gateway.flow,
      ...(gateway.nasIdentifier === undefined ? {} : { nasIdentifier: gateway.nasIdentifier }),
      start: startingValue(gateway),
      startFrom: startOf(gateway, preset),
      learns: gateway.learnPatience ?? false,
      ...(preset === undefined ? {} : { advice: preset.advice.map(({ text }) => text) }),
      ...(preset?.advisedPatience === undefined ? {} : { advisedPatience: preset.advisedPatience }),
      signing: describeSigning(gateway, preset),
    }
  })
}

function describeSigning(
  { messageAuthenticator: mode, messageAuthenticatorUntil: day }: GatewayConfig,
  preset: Preset | undefined,
): ConfiguredGateway['signing'] {
  const endsMs = day === undefined ? undefined : startOfDayMs(day, 1)
  const fix = preset?.messageAuthenticator
  return {
    mode,
    ...(day === undefined || endsMs === undefined ? {} : { until: { day, endsMs } }),
    ...(preset === undefined || fix === undefined ? {} : { howTo: `${preset.title}: ${fix.text}` }),
  }
}

function startOf(
  { learnPatience, patienceMs }: GatewayConfig,
  preset: Preset | undefined,
): GatewayStatus['startFrom'] {
  const { patience } = preset?.settings ?? {}
  const isOfPreset = patience !== undefined && parseDuration(patience.value) === patienceMs
  if (isOfPreset) return 'preset'
  // Where the file names one, it is learnt only if the file says so.
  const isDefault = learnPatience && patienceMs === parseDuration(defaultPatience)
  return isDefault ? 'default' : 'configuration'
}
