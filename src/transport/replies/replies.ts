import {
  type Answerable,
  type Attribute,
  type AttributeCipher,
  attributeType,
  createAttributeCipher,
  eapCode,
  eapHeaderLength,
  encodeReply,
  integerAttribute,
  packetCode,
  RadiusError,
  type Reply,
  splitAttributes,
  textAttributes,
} from '../../radius/index.ts'
import type { Credential, Outcome, Reason } from '../../signin/index.ts'
import { type Charset, utf8 } from '../../support/index.ts'
import type { AnsweredEap } from '../eap-port.ts'
import { msChapFailure, msChapSuccess, sessionKeys } from './ms-chap-reply.ts'

/** Every outcome that is answered. */
export type AnsweredOutcome = Exclude<Outcome, { kind: 'drop' }>

/** What a reply depends on beside the outcome: the credential it answers, the cipher for keys, and how the gateway reads. */
export type Answering = {
  readonly credential: Credential
  readonly cipher: AttributeCipher
  readonly charset: Charset
}

/** The reply table: what the gateway gets for each outcome (RFC 2865 section 4, 5.44 for what may be in it). */
export function replyTo(
  outcome: AnsweredOutcome,
  { credential, cipher, charset }: Answering,
): Reply {
  const text = (type: number, words: string | undefined) => gatewayText(charset, type, words)
  switch (outcome.kind) {
    case 'accept':
      return {
        code: packetCode.AccessAccept,
        attributes: [
          ...text(attributeType.UserName, outcome.userName),
          ...outcome.attributes,
          ...msChapSuccess(credential, outcome.msChap, cipher),
        ],
      }
    case 'reject':
      return {
        code: packetCode.AccessReject,
        attributes: [
          ...msChapFailure(credential, outcome),
          ...text(attributeType.ReplyMessage, outcome.message),
        ],
      }
    case 'challenge':
      return {
        code: packetCode.AccessChallenge,
        attributes: [
          { type: attributeType.State, value: outcome.state },
          ...text(attributeType.ReplyMessage, outcome.message),
          integerAttribute(attributeType.Prompt, outcome.echo ? 1 : 0),
          integerAttribute(attributeType.SessionTimeout, outcome.timeoutSeconds),
        ],
      }
  }
}

/**
 * The same for EAP: an EAP packet in each, and never Reply-Message beside it (RFC 3579 2.6.5, 3.3 for what
 * may be in it). The keys are those of the conversation, not of what was proven inside.
 */
export function eapReplyTo(answer: AnsweredEap, cipher: AttributeCipher): Reply {
  const packet = splitAttributes(attributeType.EapMessage, answer.packet)
  switch (answer.kind) {
    case 'accept':
      return {
        code: packetCode.AccessAccept,
        attributes: [
          ...gatewayText(utf8, attributeType.UserName, answer.userName),
          ...answer.attributes,
          ...(answer.keys === undefined ? [] : sessionKeys(answer.keys, cipher)),
          ...packet,
        ],
      }
    case 'reject':
      return { code: packetCode.AccessReject, attributes: packet }
    case 'challenge':
      return {
        code: packetCode.AccessChallenge,
        attributes: [
          ...packet,
          { type: attributeType.State, value: answer.state },
          ...(answer.isRepeated
            ? [integerAttribute(attributeType.ErrorCause, invalidEapPacketIgnored)]
            : []),
        ],
      }
  }
}

/** Error-Cause (RFC 3579 2.2, RFC 5176 3.5). */
const invalidEapPacketIgnored = 202

/** Status-Server is answered with a bare Access-Accept on this port (RFC 5997 3). */
export const statusReply: Reply = { code: packetCode.AccessAccept, attributes: [] }

const bareReject: Reply = { code: packetCode.AccessReject, attributes: [] }

/** A reply ready to be sent, and what it says: something else than the outcome where that did not fit. */
export type EncodedOutcome = {
  readonly bytes: Buffer
  readonly kind: AnsweredOutcome['kind']
  readonly reason: Reason
}

/**
 * Encodes and signs the reply. One of more than 4096 bytes becomes a bare Reject with reason
 * `reply-too-large` (RULES 19): half the attributes could let someone in with too many rights.
 */
export function encodeOutcome(
  request: Answerable,
  { credential, charset }: Omit<Answering, 'cipher'>,
  outcome: AnsweredOutcome | AnsweredEap,
): EncodedOutcome {
  const cipher = createAttributeCipher(request)
  try {
    const reply =
      'packet' in outcome
        ? eapReplyTo(outcome, cipher)
        : replyTo(outcome, { credential, cipher, charset })
    const bytes = encodeReply(request, reply)
    return { bytes, kind: outcome.kind, reason: outcome.reason }
  } catch (error) {
    if (!(error instanceof RadiusError) || error.code !== 'reply-too-large') throw error
    const reply = 'packet' in outcome ? bareEapReject(outcome.packet) : bareReject
    return { bytes: encodeReply(request, reply), kind: 'reject', reason: 'reply-too-large' }
  }
}

function bareEapReject(packet: Uint8Array): Reply {
  const failure = Uint8Array.of(eapCode.Failure, packet[1] ?? 0, 0, eapHeaderLength)
  return {
    code: packetCode.AccessReject,
    attributes: [{ type: attributeType.EapMessage, value: failure }],
  }
}

/** Cut between characters where it takes several attributes. */
function gatewayText(charset: Charset, type: number, text: string | undefined): Attribute[] {
  if (text === undefined) return []
  return charset === utf8 ? textAttributes(type, text) : splitAttributes(type, charset.encode(text))
}
