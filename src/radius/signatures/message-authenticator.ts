import { attributeType } from '../numbers.ts'
import type { Packet } from '../packet.ts'
import { isMessageAuthenticatorRight } from './authenticators.ts'
import type { SharedSecret } from './shared-secret.ts'

export type MessageAuthenticatorCheck = 'valid' | 'absent' | 'wrong' | 'repeated'

/**
 * Checks the Message-Authenticator of a packet, wherever in the packet it is. `seed` is what the Authenticator field
 * held when it was made. One that is not 16 bytes long is wrong.
 */
export function checkMessageAuthenticator(
  packet: Packet,
  seed: Uint8Array,
  secret: SharedSecret,
): MessageAuthenticatorCheck {
  let value: Uint8Array | undefined
  for (const attribute of packet.attributes) {
    if (attribute.type !== attributeType.MessageAuthenticator) continue
    if (value !== undefined) return 'repeated'
    value = attribute.value
  }
  if (value === undefined) return 'absent'
  if (value.length !== 16) return 'wrong'
  const offset = value.byteOffset - packet.bytes.byteOffset
  return isMessageAuthenticatorRight(packet.bytes, offset, seed, secret) ? 'valid' : 'wrong'
}
