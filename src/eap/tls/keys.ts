import { eapType } from '../../radius/index.ts'
import type { SessionKeys } from '../outer-method.ts'
import type { TlsSession } from './session.ts'

const keyMaterialLength = 128
const halfOfMsk = 32

/** Labels of TLS 1.2; 1.3 has one for all, with the method as context. */
const ttlsLabel = 'ttls keying material'
const label = 'client EAP encryption'
const label13 = 'EXPORTER_EAP_TLS_Key_Material'

/**
 * KM, 128 bytes, of which the first 64 are the MSK: RFC 5216 2.3, RFC 5281 8; with TLS 1.3 RFC 9190 2.3
 * and RFC 9427 2.1. PEAP has the label of EAP-TLS.
 */
export function keyMaterialOf(session: TlsSession, type: number): Buffer {
  if (session.protocol === 'TLSv1.3') {
    return session.exportKey(label13, keyMaterialLength, Uint8Array.of(type))
  }
  return session.exportKey(type === eapType.Ttls ? ttlsLabel : label, keyMaterialLength)
}

/** What the gateway gets of an MSK (RFC 3748 7.10, RFC 3580 3.16). `msk`: 64 bytes or more. */
export function sessionKeysOf(msk: Uint8Array): SessionKeys {
  return { receive: msk.subarray(0, halfOfMsk), send: msk.subarray(halfOfMsk, 2 * halfOfMsk) }
}
