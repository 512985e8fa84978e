import {
  createHash,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

/** What the tests change in what a device says, one thing at a time. */
export type Says = {
  readonly origin?: string
  readonly crossOrigin?: boolean
  /** The person was asked for face, finger or PIN. */
  readonly isVerified?: boolean
  readonly signCount?: number
}

/** A passkey of a person, as a device has it. */
export type SoftwarePasskey = {
  readonly id: string
  /** Answers registration options (WebAuthn level 3, 7.1). */
  register(options: { readonly challenge: string }, says?: Says): Registration
  /** Signs request options (7.2). */
  sign(options: { readonly challenge: string }, says?: Says): Signature
}

type Common = {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly clientExtensionResults: Record<string, never>
}
export type Registration = Common & {
  readonly response: {
    readonly clientDataJSON: string
    readonly attestationObject: string
    readonly transports: ['internal']
  }
}
export type Signature = Common & {
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
    readonly userHandle?: string
  }
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/**
 * A device in software: the bytes of WebAuthn, written by hand, so that the library that checks them has not made them.
 * `isDeviceBound`: otherwise it is copied between devices.
 */
export function createSoftwarePasskey(given: {
  readonly host: string
  readonly origin: string
  readonly isDeviceBound?: boolean
  /** Base64url; what the device keeps of the person. */
  readonly userHandle?: string
}): SoftwarePasskey {
  const { host, origin, isDeviceBound = false, userHandle } = given
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  const id = text(credentialId)
  const common = { id, rawId: id, type: 'public-key', clientExtensionResults: {} } as const

  function clientData(type: string, challenge: string, says: Says): Buffer {
    const { crossOrigin = false } = says
    return Buffer.from(
      JSON.stringify({ type, challenge, origin: says.origin ?? origin, crossOrigin }),
    )
  }

  function authenticatorData(says: Says, attested = Buffer.alloc(0)): Buffer {
    const { isVerified = true, signCount = 0 } = says
    const flags =
      0x01 |
      (isVerified ? 0x04 : 0) |
      (isDeviceBound ? 0 : 0x18) |
      (attested.length === 0 ? 0 : 0x40)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(signCount)
    const rp = createHash('sha256').update(host).digest()
    return Buffer.concat([rp, Buffer.of(flags), count, attested])
  }

  return {
    id,
    register({ challenge }, says = {}) {
      const attested = Buffer.concat([
        Buffer.alloc(16),
        Buffer.of(0, credentialId.length),
        credentialId,
        coseKey(publicKey),
      ])
      const authData = authenticatorData(says, attested)
      // { fmt: "none", attStmt: {}, authData: bytes } in CBOR (RFC 8949).
      const attestation = Buffer.concat([
        Buffer.of(0xa3),
        ...[cborText('fmt'), cborText('none'), cborText('attStmt'), Buffer.of(0xa0)],
        ...[cborText('authData'), Buffer.of(0x58, authData.length), authData],
      ])
      return {
        ...common,
        response: {
          clientDataJSON: text(clientData('webauthn.create', challenge, says)),
          attestationObject: text(attestation),
          transports: ['internal'],
        },
      }
    },
    sign({ challenge }, says = {}) {
      const client = clientData('webauthn.get', challenge, says)
      const data = authenticatorData(says)
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
      return {
        ...common,
        response: {
          clientDataJSON: text(client),
          authenticatorData: text(data),
          signature: text(createSign('sha256').update(signed).sign(privateKey)),
          ...(userHandle === undefined ? {} : { userHandle }),
        },
      }
    },
  }
}

function cborText(word: string): Buffer {
  return Buffer.concat([Buffer.of(0x60 | word.length), Buffer.from(word)])
}

/** ES256 on P-256 as COSE_Key (RFC 9052 7): { 1: 2, 3: -7, -1: 1, -2: x, -3: y }. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return Buffer.concat([
    Buffer.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20),
    Buffer.from(x, 'base64url'),
    Buffer.of(0x22, 0x58, 0x20),
    Buffer.from(y, 'base64url'),
  ])
}
