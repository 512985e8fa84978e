import { createHash } from 'node:crypto'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import {
  bindingMac,
  compoundKeysOfResumed,
  deriveCompoundKeys,
} from '../../../src/eap/peap/keys.ts'
import { md4, msChapSuccess, ntHash } from '../../../src/mschap/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { user, userKey } from '../../vectors/certificates.ts'
import { msChapResponse } from './proofs.ts'
import type { Play, Say, Sent } from './scenario.ts'
import { openTlsWire } from './tls-wire.ts'

export const eapTypes = {
  identity: 1,
  nak: 3,
  md5: 4,
  gtc: 6,
  tls: 13,
  ttls: 21,
  peap: 25,
  msChapV2: 26,
}

/** What a device answers to a request of this type, or nothing. */
export type Answer = (type: number, data: Buffer, id: number) => Buffer | Promise<Buffer>

/** The same, of a device that needs no time for it. */
export type SyncAnswer = (type: number, data: Buffer, id: number) => Buffer

const mostRounds = 60

export function eapResponse(id: number, type: number, data: Uint8Array): Buffer {
  const packet = Buffer.alloc(5 + data.length)
  packet.set([2, id, 0, 0, type])
  packet.writeUInt16BE(packet.length, 2)
  packet.set(data, 5)
  return packet
}

/**
 * A conversation of EAP, from the identity to its end. `answer` gives the data of a Response with its type in front.
 * Rounds in between are told only where `told` is not false. A request that is held is approved on the phone.
 */
export async function converse(
  s: Play,
  say: Say & { readonly identity: string },
  answer: Answer,
): Promise<Sent> {
  const { identity, ...rest } = say
  let sent = await s.say({
    ...rest,
    eap: eapResponse(1, eapTypes.identity, Buffer.from(identity)),
    note: `EAP identity ${s.names.in(identity)}`,
  })
  for (let round = 0; round < mostRounds; round += 1) {
    if (sent.reply === undefined && s.phoneRings()) await s.press('#', rest.user)
    const packet = sent.reply?.eap
    if (sent.reply?.kind !== 'Access-Challenge' || packet === undefined) return sent
    const [, id = 0, , , type = 0] = packet
    const data = await answer(type, packet.subarray(5), id)
    const [answered = 0] = data
    if (rest.told === false) s.rounds += 1
    const state = sent.reply.state
    sent = await s.say({
      ...rest,
      state,
      eap: eapResponse(id, answered, data.subarray(1)),
      note: `EAP type ${answered}`,
    })
  }
  throw new Error('the conversation comes to no end')
}

type Typed = {
  readonly name: string
  readonly password: string
  /** Hears the key that MSCHAPv2 makes. */
  onKey?(key: Buffer): void
}

/** Methods without a tunnel, of a device that wants `wanted` and asks for it with a NAK. */
export function plainMethods(
  wanted: number,
  typed: Typed & { readonly codes?: readonly string[] },
): SyncAnswer {
  const texts = [typed.password, ...(typed.codes ?? [])]
  return (type, data, id) => {
    if (type === eapTypes.identity) return Buffer.from([type, ...Buffer.from(typed.name)])
    if (type !== wanted) return Buffer.of(eapTypes.nak, wanted)
    if (type === eapTypes.gtc) return Buffer.from([type, ...Buffer.from(texts.shift() ?? '')])
    if (type === eapTypes.md5) {
      const challenge = data.subarray(1, 1 + (data[0] ?? 0))
      const hash = createHash('md5').update(Buffer.of(id)).update(typed.password).update(challenge)
      return Buffer.concat([Buffer.of(type, 16), hash.digest()])
    }
    return Buffer.concat([Buffer.of(type), answerMsChapV2(data, typed)])
  }
}

/** EAP-MSCHAPv2: a response to a challenge, and the operation itself as an acknowledgement. */
function answerMsChapV2(data: Buffer, { name, password, onKey }: Typed): Buffer {
  const [operation = 0, identifier = 0] = data
  if (operation !== 1) return Buffer.of(operation)
  const challenge = data.subarray(5, 21)
  const proof = msChapResponse(password, { userName: name, seed: 'eap', version: 2, challenge })
  const made = msChapSuccess(proof, md4(ntHash(new Secret(password))), name)
  if (made.version === 2) onKey?.(Buffer.concat([made.receiveKey, made.sendKey]))
  const header = Buffer.of(2, identifier, 0, 0, 49)
  const response = Buffer.concat([
    ...[header, proof.peerChallenge, Buffer.alloc(8), proof.ntResponse, Buffer.of(0)],
    Buffer.from(name),
  ])
  response.writeUInt16BE(response.length, 2)
  return response
}

/** What a device says in its tunnel when it is open, and then to each message. */
export type Inside = {
  opened(socket: TLSSocket): Buffer | undefined
  heard(data: Buffer): Buffer | undefined
}

/** A tunnel of this type. With a certificate of its own, or an earlier session, where `options` says so. */
export async function tunnel(
  s: Play,
  say: Say & { readonly identity: string },
  type: number,
  about: string,
  inside: Inside,
  options?: ConnectionOptions,
): Promise<Sent> {
  s.tell(`EAP type ${type}, ${say.to}: ${about}`)
  const version = type === eapTypes.tls ? 'TLSv1.3' : 'TLSv1.2'
  const wire = openTlsWire({ minVersion: version, maxVersion: version, ...options })
  const speak = (message: Buffer | undefined) => message && wire.socket.write(message)
  wire.socket.on('secureConnect', () => speak(inside.opened(wire.socket)))
  wire.socket.on('data', (data: Buffer) => speak(inside.heard(data)))
  const sent = await converse(s, { told: false, ...say }, async (asked, data) => {
    if (asked !== type) return Buffer.of(eapTypes.nak, type)
    return Buffer.concat([Buffer.of(type), await wire.answer(data)])
  })
  wire.socket.destroy()
  return sent
}

export const ownCertificate = { cert: user, key: userKey }

/** An AVP of TTLS with its padding (RFC 5281 10.1). */
export function avp(code: number, vendor: number, data: Uint8Array): Buffer {
  const start = vendor === 0 ? 8 : 12
  const bytes = Buffer.alloc(Math.ceil((start + data.length) / 4) * 4)
  bytes.writeUInt32BE(code, 0)
  bytes.writeUInt32BE(start + data.length, 4)
  bytes.writeUInt8(vendor === 0 ? 0x40 : 0xc0, 4)
  if (vendor !== 0) bytes.writeUInt32BE(vendor, 8)
  bytes.set(data, start)
  return bytes
}

type Exporter = (length: number, label: string) => Buffer

/** Without a context, which is another thing than an empty one. */
function exportKey(socket: TLSSocket, length: number, label: string): Buffer {
  return (socket.exportKeyingMaterial as Exporter).call(socket, length, label)
}

/** RFC 5281 11.1. */
const implicitChallenge = (socket: TLSSocket) => exportKey(socket, 17, 'ttls challenge')

const silent = { heard: () => undefined }
const microsoft = 311

/** What proves a password in TTLS without EAP inside. */
export const ttlsProofs = {
  pap: (name: string, password: string): Inside => ({
    ...silent,
    opened: () => Buffer.concat([avp(1, 0, Buffer.from(name)), avp(2, 0, Buffer.from(password))]),
  }),
  chap: (name: string, password: string): Inside => ({
    ...silent,
    opened(socket) {
      const bytes = implicitChallenge(socket)
      const hash = createHash('md5').update(bytes.subarray(16)).update(password)
      const response = hash.update(bytes.subarray(0, 16)).digest()
      return Buffer.concat([
        avp(1, 0, Buffer.from(name)),
        avp(60, 0, bytes.subarray(0, 16)),
        avp(3, 0, Buffer.concat([bytes.subarray(16), response])),
      ])
    },
  }),
  msChapV2: (name: string, password: string): Inside => ({
    ...silent,
    opened(socket) {
      const bytes = implicitChallenge(socket)
      const challenge = bytes.subarray(0, 16)
      const proof = msChapResponse(password, {
        userName: name,
        seed: 'ttls',
        version: 2,
        challenge,
      })
      const response = [bytes.subarray(16), Buffer.of(0), proof.peerChallenge, Buffer.alloc(8)]
      return Buffer.concat([
        avp(1, 0, Buffer.from(name)),
        avp(11, microsoft, challenge),
        avp(25, microsoft, Buffer.concat([...response, proof.ntResponse])),
      ])
    },
  }),
  /** EAP in EAP-Message AVPs, from the identity on. */
  eap: (name: string, answer: SyncAnswer): Inside => ({
    opened: () => avp(79, 0, eapResponse(0, eapTypes.identity, Buffer.from(name))),
    heard(data) {
      const length = data.readUInt32BE(4) & 0xff_ffff
      const packet = data.subarray(8, length)
      const [code, id = 0, , , type = 0] = packet
      if (code !== 1) return undefined
      const answered = answer(type, packet.subarray(5), id)
      return avp(79, 0, eapResponse(id, answered[0] ?? 0, answered.subarray(1)))
    },
  }),
}

/**
 * PEAP: inner packets without their header, except the last word, which is answered as it came. `innerKey`: what the
 * inner method has made; with it the device binds the sign-in to the tunnel (MS-PEAP 3.1.5.5).
 */
export function peapInside(answer: SyncAnswer, innerKey?: () => Uint8Array): Inside {
  let socket: TLSSocket | undefined
  return {
    opened(open) {
      socket = open
      return undefined
    },
    heard(data) {
      const isExtensions = data[0] === 1 && data[4] === 33
      if (!isExtensions) return answer(data[0] ?? 0, data.subarray(1), 0)
      const result = data.subarray(5, 11)
      const offered = data.subarray(11)
      const isBound = innerKey !== undefined && socket !== undefined && offered.length > 0
      const binding = isBound ? bind(socket as TLSSocket, offered, innerKey()) : Buffer.alloc(0)
      return eapResponse(data[1] ?? 0, 33, Buffer.concat([result, binding]))
    },
  }
}

/** The Crypto-Binding TLV that was offered, as a response with a MAC of the device's own keys. */
function bind(socket: TLSSocket, offered: Buffer, innerKey: Uint8Array): Buffer {
  const material = exportKey(socket, 128, 'client EAP encryption')
  const keys = socket.isSessionReused()
    ? compoundKeysOfResumed(material)
    : deriveCompoundKeys(material, innerKey)
  const tlv = Buffer.from(offered)
  tlv[7] = 1
  tlv.fill(0, 40)
  tlv.set(bindingMac(keys, tlv), 40)
  return tlv
}
