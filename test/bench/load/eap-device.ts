import { randomBytes } from 'node:crypto'
import { encodeRequest } from '../../../src/eap/packet.ts'
import {
  acknowledgement,
  createFragmentJoiner,
  cutMessage,
  decodeFragment,
  type FragmentCutter,
} from '../../../src/eap/tls/fragments.ts'
import { encodeAvp } from '../../../src/eap/ttls/avps.ts'
import { challengeOf, ntHash, ntResponseOf } from '../../../src/mschap/index.ts'
import { attributeType, eapCode, eapType } from '../../../src/radius/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { type DeviceTrust, DeviceTunnel } from './eap-tunnel.ts'

export type EapMethod = 'TTLS/PAP' | 'PEAP/MSCHAPv2' | 'EAP-TLS'

/** Who has the device. */
export type DeviceOwner = { readonly name: string; readonly password: string }

const types: Readonly<Record<EapMethod, number>> = {
  'TTLS/PAP': eapType.Ttls,
  'PEAP/MSCHAPv2': eapType.Peap,
  'EAP-TLS': eapType.Tls,
}

const headerLength = 5
const packetSize = 1_024
/** EAP Type by which PEAP says how it ends, and how a device agrees (MS-PEAP 2.2.8). */
const extensions = 33
const resultSuccess = Uint8Array.of(0x80, 3, 0, 2, 0, 1)
const msChap = { challenge: 1, response: 2, success: 3 } as const

/** A device in one conversation, as a supplicant plays it: EAP packets in, EAP packets out. */
export class Device {
  readonly #method: EapMethod
  readonly #owner: DeviceOwner
  readonly #trust: DeviceTrust
  readonly #joiner = createFragmentJoiner()
  #cutter: FragmentCutter | undefined = undefined
  #tunnel: DeviceTunnel | undefined = undefined
  #hasSpoken = false
  readonly #earlier: Buffer | undefined

  /** `earlier`: session of a tunnel to come back with. */
  constructor(method: EapMethod, owner: DeviceOwner, trust: DeviceTrust, earlier?: Buffer) {
    this.#method = method
    this.#owner = owner
    this.#trust = trust
    this.#earlier = earlier
  }

  /** Response/Identity, which a device sends before it is asked. */
  begin(): Buffer {
    return response(0, eapType.Identity, Buffer.from(this.#owner.name))
  }

  /** The answer to a Request. Throws what TLS or the method has against it. */
  async answer(request: Buffer): Promise<Buffer> {
    const id = request.readUInt8(1)
    const type = request.readUInt8(4)
    const wanted = types[this.#method]
    if (type !== wanted) return response(id, eapType.Nak, Uint8Array.of(wanted))
    return response(id, type, await this.#next(request.subarray(headerLength)))
  }

  get session(): Buffer | undefined {
    return this.#tunnel?.session
  }

  /** Whether its tunnel is open. */
  get isSecure(): boolean {
    return this.#tunnel?.isSecure ?? false
  }

  get isResumed(): boolean {
    return this.#tunnel?.isResumed ?? false
  }

  close(): void {
    this.#tunnel?.close()
  }

  async #next(data: Buffer): Promise<Uint8Array> {
    this.#cutter ??= await this.#take(data)
    const fragment = this.#cutter?.next(packetSize) ?? acknowledgement
    if (this.#cutter?.isDone) this.#cutter = undefined
    return fragment
  }

  /** A fragment of the server; once its message is whole, what the device says to it. */
  async #take(data: Buffer): Promise<FragmentCutter | undefined> {
    const fragment = decodeFragment(data)
    const joined = fragment && this.#joiner.add(fragment)
    if (joined === undefined || joined.kind === 'invalid') throw new Error('a broken fragment')
    if (joined.kind === 'more') return undefined
    this.#tunnel ??= new DeviceTunnel(this.#trust, this.#earlier)
    await this.#tunnel.receive(joined.message)
    if (this.#tunnel.isSecure) await this.#talk(this.#tunnel)
    const flight = this.#tunnel.takeOutput()
    return flight.length === 0 ? undefined : cutMessage(flight)
  }

  async #talk(tunnel: DeviceTunnel): Promise<void> {
    const heard = tunnel.takePlain()
    if (this.#method === 'PEAP/MSCHAPv2' && heard.length > 0) {
      return tunnel.send(this.#answerInside(heard))
    }
    if (this.#method !== 'TTLS/PAP' || this.#hasSpoken || tunnel.isResumed) return
    this.#hasSpoken = true
    await tunnel.send(passwordInAvps(this.#owner))
  }

  /** What PEAP asks in its tunnel is a request without its header, or with it (MS-PEAP 2.2.4). */
  #answerInside(heard: Buffer): Uint8Array {
    const hasHeader = heard.length > 4 && heard[0] === eapCode.Request && heard[2] === 0
    const payload = hasHeader ? heard.subarray(4) : heard
    const type = payload.readUInt8(0)
    switch (type) {
      case eapType.Identity:
        return Buffer.concat([Uint8Array.of(type), Buffer.from(this.#owner.name)])
      case eapType.MsChapV2:
        return Buffer.concat([Uint8Array.of(type), answerMsChap(payload.subarray(1), this.#owner)])
      case extensions:
        return response(heard.readUInt8(1), extensions, resultSuccess)
      default:
        throw new Error(`EAP type ${type} in PEAP`)
    }
  }
}

function response(id: number, type: number, data: Uint8Array): Buffer {
  const packet = encodeRequest(id, type, data)
  packet[0] = eapCode.Response
  return packet
}

/** RFC 5281 11.2.5: the password has zeros after it, up to a multiple of 16. */
function passwordInAvps({ name, password }: DeviceOwner): Uint8Array {
  const padded = Buffer.alloc(Math.ceil(Buffer.byteLength(password) / 16) * 16)
  padded.write(password)
  return Buffer.concat([
    encodeAvp(attributeType.UserName, 0, Buffer.from(name)),
    encodeAvp(attributeType.UserPassword, 0, padded),
  ])
}

/** A challenge is answered; all else is the server's proof, which is believed. */
function answerMsChap(data: Buffer, owner: DeviceOwner): Uint8Array {
  return data[0] === msChap.challenge ? msChapResponse(data, owner) : Uint8Array.of(msChap.success)
}

/** `data`: OpCode(1) ID(1) MS-Length(2) Value-Size(1) Challenge(16) Name (draft-kamath-pppext-eap-mschapv2 2.1). */
function msChapResponse(data: Buffer, { name, password }: DeviceOwner): Uint8Array {
  const challenge = data.subarray(5, 21)
  const peerChallenge = randomBytes(16)
  const asked = {
    version: 2,
    challenge,
    peerChallenge,
    ntResponse: Buffer.alloc(0),
    userName: name,
  } as const
  const proof = ntResponseOf(challengeOf(asked, name), ntHash(new Secret(password)))
  const value = [
    Uint8Array.of(49),
    peerChallenge,
    Buffer.alloc(8),
    proof,
    Uint8Array.of(0),
    Buffer.from(name),
  ]
  const body = Buffer.concat(value)
  const header = Buffer.of(msChap.response, data.readUInt8(1), 0, 0)
  header.writeUInt16BE(header.length + body.length, 2)
  return Buffer.concat([header, body])
}
