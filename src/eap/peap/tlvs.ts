import { constantTimeEqual } from '../../support/index.ts'
import { bindingMac, type CompoundKeys } from './keys.ts'

/** TLVs by which PEAP says how it ends (MS-PEAP 2.2.8): flags and type (2), length (2), value. */
const tlvType = { result: 3, cryptoBinding: 12 } as const
const mandatory = 0x8000
const typeMask = 0x3fff
const tlvHeaderLength = 4

/** Reserved(1) Version(1) Received-Version(1) Sub-Type(1) Nonce(32) Compound-MAC(20). */
const bindingLength = 56
const macLength = 20
export const bindingNonceLength = 32
const bindingRequest = 0
const bindingResponse = 1

export type PeapResult = 'success' | 'failure'

/** The peer's verdict. */
export type PeapAnswer = {
  readonly result: PeapResult
  /** The whole Crypto-Binding TLV, 60 bytes; absent where it sent none. */
  readonly binding?: Uint8Array
}

/** The Result TLV, 6 bytes. */
export function encodeResult(result: PeapResult): Uint8Array {
  return Uint8Array.of(0x80, tlvType.result, 0, 2, 0, result === 'success' ? 1 : 2)
}

/** Reads the TLVs of the peer's last word; undefined where they do not fit, or have no single result. */
export function decodeAnswer(data: Uint8Array): PeapAnswer | undefined {
  let result: PeapResult | undefined
  let binding: Uint8Array | undefined
  for (let at = 0; at < data.length; ) {
    const tlv = readTlv(data.subarray(at))
    if (tlv === undefined) return undefined
    at += tlv.whole.length
    if (tlv.type === tlvType.result) {
      if (result !== undefined) return undefined
      result = readResult(tlv.value)
      if (result === undefined) return undefined
    } else if (tlv.type === tlvType.cryptoBinding) {
      if (binding !== undefined || tlv.value.length !== bindingLength) return undefined
      binding = tlv.whole
    } else if (tlv.isMandatory) {
      return undefined
    }
  }
  return result && { result, ...(binding && { binding }) }
}

type Tlv = {
  readonly type: number
  readonly isMandatory: boolean
  readonly value: Uint8Array
  readonly whole: Uint8Array
}

function readTlv(data: Uint8Array): Tlv | undefined {
  if (data.length < tlvHeaderLength) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const typeAndFlags = view.getUint16(0)
  const end = tlvHeaderLength + view.getUint16(2)
  if (end > data.length) return undefined
  return {
    type: typeAndFlags & typeMask,
    isMandatory: (typeAndFlags & mandatory) !== 0,
    value: data.subarray(tlvHeaderLength, end),
    whole: data.subarray(0, end),
  }
}

function readResult(value: Uint8Array): PeapResult | undefined {
  if (value.length !== 2 || value[0] !== 0) return undefined
  if (value[1] === 1) return 'success'
  return value[1] === 2 ? 'failure' : undefined
}

/** Asks the peer to show that the same party ended the tunnel and proved itself inside; 60 bytes. */
export function encodeBinding(keys: CompoundKeys, nonce: Uint8Array): Uint8Array {
  const tlv = new Uint8Array(tlvHeaderLength + bindingLength)
  tlv.set([0, tlvType.cryptoBinding, 0, bindingLength, 0, 0, 0, bindingRequest])
  tlv.set(nonce, 8)
  tlv.set(bindingMac(keys, tlv), tlv.length - macLength)
  return tlv
}

/**
 * Whether the peer's Crypto-Binding TLV is signed with the same keys (MS-PEAP 3.3.5.2). Peers send our nonce or one of
 * their own; neither matters, since the keys are of this tunnel only.
 */
export function isBound(keys: CompoundKeys, tlv: Uint8Array): boolean {
  const [version, received, subType] = tlv.subarray(5, 8)
  if (version !== 0 || received !== 0 || subType !== bindingResponse) return false
  const withoutMac = Uint8Array.from(tlv)
  withoutMac.fill(0, tlv.length - macLength)
  return constantTimeEqual(tlv.subarray(tlv.length - macLength), bindingMac(keys, withoutMac))
}
