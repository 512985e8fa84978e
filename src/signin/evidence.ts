import { isUtf8 } from 'node:buffer'
import type { PromptPlace } from '../accounts/index.ts'
import { aruba, arubaType, attributeType, ruckus, ruckusType } from '../radius/numbers.ts'
import { type Address, isRandomMac, parseAddress } from '../support/index.ts'
import type { Attempt } from './attempt.ts'
import type { PromptGateway } from './sharing/prompt-record.ts'

/** What says that two requests come from the same person's device. */
export type Evidence = {
  readonly key: string
  /** True for the person's device; false for a port of the gateway, good only while a prompt is open (RULES 2). */
  readonly lasting: boolean
}

/**
 * Evidence of a request, or undefined where nothing tells people apart: then it can never join. Only an
 * address or a MAC address tells a device, and only where the gateway is known to send the person's (RULES 42).
 */
export function evidenceOf(attempt: Attempt): Evidence | undefined {
  const { device, gateway, port, sourceAddress } = attempt
  const isDevice = device !== undefined && (device.kind === 'mac' || device.kind === 'address')
  const tellsApart = isDevice && gateway.personSpecificDevice
  if (!tellsApart && port === undefined) return undefined
  const named = namedDevice(attempt)
  if (tellsApart && named !== undefined) return { key: `device:${named}`, lasting: true }
  if (port === undefined) return undefined
  // A gateway without ports of its own may send the same one for all people.
  const key = ['port', sourceAddress, port, ...(named === undefined ? [] : [named])].join(':')
  return { key, lasting: false }
}

/**
 * The device that a request names, whatever that is worth; undefined where it names none, or the gateway
 * itself. Two that differ are never the same sign-in.
 */
export function namedDevice(attempt: Attempt): string | undefined {
  const { device } = attempt
  if (device === undefined) return undefined
  if (device.kind === 'address' && reportedAddress(attempt) === undefined) return undefined
  return `${device.kind}:${device.value}`
}

/** NAS-IP-Address (RFC 2865 5.4) and NAS-IPv6-Address (RFC 3162 2.1). */
const ownAddressTypes: readonly number[] = [
  attributeType.NasIpAddress,
  attributeType.NasIpv6Address,
]

/**
 * Address of the person's device, 4 or 16 bytes; undefined where the gateway does not tell, or tells
 * its own, which says nothing about the person, or may name another device (RULES 2). The portal sees it itself.
 */
export function personAddress(attempt: Attempt): Uint8Array | undefined {
  const { isPortal, personSpecificDevice } = attempt.gateway
  const told = isPortal || personSpecificDevice ? reportedAddress(attempt) : undefined
  return told === 'unreadable' ? undefined : told
}

/**
 * What the gateway says of where the person is, whether or not that tells devices apart. `unreadable`:
 * it says something that is neither an address nor a MAC address, so it is unknown where they are.
 */
export function reportedAddress(attempt: Attempt): Uint8Array | 'unreadable' | undefined {
  const { attributes, device, gateway, sourceAddress } = attempt
  if (device === undefined || device.kind === 'mac') return undefined
  if (device.kind !== 'address') return 'unreadable'
  const address = parseAddress(device.value)?.bytes
  if (address === undefined) return undefined
  if (gateway.isPortal) return address
  if (device.value === sourceAddress) return undefined
  const isOwn = [...attributes].some(
    ({ vendor, type, value }) =>
      vendor === 0 && ownAddressTypes.includes(type) && Buffer.compare(value, address) === 0,
  )
  return isOwn ? undefined : address
}

/** Where the person is, as far as the gateway tells it. Free text could talk the person into saying yes. */
export function addressFrom({ device }: Pick<Attempt, 'device'>): string {
  return device === undefined || device.kind === 'mac' ? '' : device.value
}

/**
 * Where prompts are counted together. The network of the device tells the owner from a stranger, but only where the
 * gateway is known to send it: a person who chooses it would get new prompts with each new one (PEOPLE R12, RULES 42).
 */
export function promptPlace(gateway: PromptGateway, from: string): PromptPlace {
  const { group, isPortal, label, personSpecificDevice } = gateway
  const address = isPortal || personSpecificDevice ? parseAddress(from) : undefined
  return { group, gateway: label, network: address === undefined ? '' : networkOf(address) }
}

/** One customer has all of a /64. */
function networkOf({ bytes, text }: Address): string {
  if (bytes.length === 4) return text
  const groups = Buffer.from(bytes.subarray(0, 8)).toString('hex').match(/.{4}/g) ?? []
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** Whether the person's device has made up the MAC address it is known by. */
export function hasRandomMac(attempt: Attempt): boolean {
  return attempt.gateway.personSpecificDevice && reportedRandomMac(attempt)
}

/** Whether the gateway names a device by a MAC address that was made up, whether or not that tells devices apart. */
export function reportedRandomMac({ device }: Attempt): boolean {
  return device?.kind === 'mac' && isRandomMac(device.value)
}

/** For an access point it is its MAC address, a colon and the SSID (RFC 3580 3.20). */
const calledStation = { vendor: 0, type: attributeType.CalledStationId }
/** Where those name the SSID that as a rule leave it out there. */
const ofVendors = [
  { vendor: aruba, type: arubaType.EssidName },
  { vendor: ruckus, type: ruckusType.Ssid },
]

/** Name of the wireless network (SSID) the request is about; '' where it tells none. */
export function wirelessNetwork({ attributes }: Attempt): string {
  const findValue = (wanted: { readonly vendor: number; readonly type: number }) =>
    [...attributes].find(({ vendor, type }) => vendor === wanted.vendor && type === wanted.type)
      ?.value
  const called = findValue(calledStation)
  // A byte a character: an SSID is bytes, and no two of them may become one text.
  const text = called === undefined ? '' : Buffer.from(called).toString('latin1')
  const network = /^[\da-f]{2}(?:[-:.]?[\da-f]{2}){5}:(.+)$/is.exec(text)?.[1]
  const bytes =
    network === undefined ? ofVendors.map(findValue).find(Boolean) : Buffer.from(network, 'latin1')
  if (bytes === undefined) return ''
  return isUtf8(bytes) ? Buffer.from(bytes).toString() : `0x${Buffer.from(bytes).toString('hex')}`
}

/** Whether another request can be the same sign-in as this one, and so wait for the same prompt. */
export function canBeJoined(attempt: Attempt): boolean {
  return attempt.state !== undefined || evidenceOf(attempt) !== undefined
}
