import { attributeType, type Dictionary } from '../radius/index.ts'
import type { DeviceAttribute } from '../transport/index.ts'

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
