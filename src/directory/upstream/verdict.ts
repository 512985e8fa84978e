import {
  type AttributeCipher,
  attributeType,
  createAttributeCipher,
  type EncodedRequest,
  eapHeaderLength,
  eapType,
  encodeVendorAttribute,
  findAllAttributes,
  findAttribute,
  findInteger,
  findVendorAttribute,
  joinAttributes,
  maxValueLength,
  microsoft,
  microsoftType,
  type Packet,
  packetCode,
  RadiusError,
  splitVendorSpecific,
  vendorFormatOf,
  vendorIdOf,
} from '../../radius/index.ts'
import type {
  MsChapCredential,
  MsChapSuccess,
  ReplyAttribute,
  Verified,
} from '../../signin/index.ts'
import { cutToBytes } from '../../support/index.ts'
import type { UpstreamOptions } from './options.ts'
import type { Checkable } from './question.ts'
import type { Exchanged } from './server.ts'

/** How long a question is open of which the server says nothing: to a person, and to a device, which answers by itself. */
const personSeconds = 120
const deviceSeconds = 30
const maxAnswerSeconds = 300

/** Reads what the server has decided. `server`: its name, for the answer to its question. */
export function readVerdict(
  { reply, sent }: Exchanged,
  credential: Checkable,
  server: string,
  { pass, showMessages }: Pick<UpstreamOptions, 'pass' | 'showMessages'>,
): Verified {
  switch (reply.code) {
    case packetCode.AccessAccept: {
      const attributes = passedAttributes(reply, pass)
      const right = { kind: 'right', ...(attributes.length === 0 ? {} : { attributes }) } as const
      if (credential.kind === 'eap') return { ...right, ...readKeys(reply, sent) }
      if (credential.kind !== 'ms-chap') return right
      const msChap = readMsChap(reply, credential, createAttributeCipher(sent))
      if (msChap !== undefined) return { ...right, msChap }
      const detail = `${server} accepts, but gives no MS-CHAP success or keys that belong to it`
      return { kind: 'not-checkable', detail }
    }
    case packetCode.AccessChallenge: {
      const state = findAttribute(reply, attributeType.State)
      const eap = joinAttributes(reply, attributeType.EapMessage)
      if ((eap === undefined) === (credential.kind === 'eap')) {
        const detail = `${server} answers ${eap ? '' : 'EAP not '}with EAP`
        return { kind: 'not-checkable', detail }
      }
      // In GTC a person is asked (RFC 3748 5.6).
      const isForDevice = eap !== undefined && eap[eapHeaderLength] !== eapType.Gtc
      const seconds =
        findInteger(reply, attributeType.SessionTimeout) ??
        (isForDevice ? deviceSeconds : personSeconds)
      return {
        kind: 'challenge',
        message: messageOf(reply),
        echo: findInteger(reply, attributeType.Prompt) === 1,
        timeoutSeconds: Math.min(Math.max(seconds, 1), maxAnswerSeconds),
        relay: { server, ...(state === undefined ? {} : { state: Uint8Array.from(state) }) },
        ...(eap === undefined ? {} : { eap }),
      }
    }
    default: {
      const message = messageOf(reply)
      return { kind: 'wrong', ...(showMessages && message !== '' ? { message } : {}) }
    }
  }
}

function messageOf(reply: Packet): string {
  const texts = findAllAttributes(reply, attributeType.ReplyMessage)
  const text = Buffer.concat(texts).toString('utf8')
  // A server written in C may send the NUL at the end of a string; a gateway would stop reading there.
  return cutToBytes(text.replace(/(?:(?!\n)\p{Cc})+/gu, ' ').trim(), maxValueLength)
}

/** Attributes of the list, in the order of the reply; those of vendors each in a Vendor-Specific of its own. */
function passedAttributes(reply: Packet, pass: ReadonlySet<string>): readonly ReplyAttribute[] {
  if (pass.size === 0) return []
  return reply.attributes.flatMap(({ type, value }): readonly ReplyAttribute[] => {
    if (type !== attributeType.VendorSpecific) {
      return pass.has(String(type)) ? [{ type, value: Uint8Array.from(value) }] : []
    }
    const vendor = vendorIdOf(value)
    const inner =
      vendor === undefined ? undefined : splitVendorSpecific(value, vendorFormatOf(vendor))
    return (inner ?? [])
      .filter((each) => pass.has(`${type}.${each.vendor}.${each.type}`))
      .flatMap((each) => encodeVendorAttribute(each.vendor, each.type, each.value))
  })
}

/** The keys of a conversation of EAP; none where a method makes none, and where they do not decrypt. */
function readKeys(
  reply: Packet,
  sent: EncodedRequest,
): { readonly keys?: { readonly receive: Uint8Array; readonly send: Uint8Array } } {
  const cipher = createAttributeCipher(sent)
  try {
    const receive = keyOf(reply, microsoftType.MppeReceiveKey, cipher)
    const send = keyOf(reply, microsoftType.MppeSendKey, cipher)
    return receive === undefined || send === undefined ? {} : { keys: { receive, send } }
  } catch (error) {
    if (error instanceof RadiusError) return {}
    throw error
  }
}

/** What belongs to MS-CHAP in an Accept. Undefined where something is missing, is not what it should be, or answers another response. */
function readMsChap(
  reply: Packet,
  { version, identifier }: MsChapCredential,
  cipher: AttributeCipher,
): MsChapSuccess | undefined {
  try {
    if (version === 1) {
      const keys = findVendorAttribute(reply, microsoft, microsoftType.ChapMppeKeys)
      const clear = keys && cipher.decrypt(keys, 'password')
      // LM key (8), NT key (16), zeros (RFC 2548 2.4.1).
      return clear === undefined || clear.length < 24
        ? undefined
        : { version, ntKey: Uint8Array.from(clear.subarray(8, 24)) }
    }
    const success = findVendorAttribute(reply, microsoft, microsoftType.Chap2Success)
    const text = Buffer.from(success?.subarray(1) ?? []).toString('latin1')
    const [authenticatorResponse] = /^S=[0-9A-Fa-f]{40}/.exec(text) ?? []
    if (authenticatorResponse === undefined || success?.[0] !== identifier) return undefined
    const receiveKey = keyOf(reply, microsoftType.MppeReceiveKey, cipher)
    const sendKey = keyOf(reply, microsoftType.MppeSendKey, cipher)
    if ([receiveKey, sendKey].some((key) => key !== undefined && key.length !== 16))
      return undefined
    return {
      version,
      authenticatorResponse,
      ...(receiveKey === undefined ? {} : { receiveKey }),
      ...(sendKey === undefined ? {} : { sendKey }),
    }
  } catch (error) {
    // A key that does not decrypt.
    if (error instanceof RadiusError) return undefined
    throw error
  }
}

function keyOf(reply: Packet, type: number, cipher: AttributeCipher): Uint8Array | undefined {
  const value = findVendorAttribute(reply, microsoft, type)
  return value && Uint8Array.from(cipher.decrypt(value, 'salted'))
}
