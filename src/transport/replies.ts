import {
  type Attribute,
  attributeType,
  encodeReply,
  integerAttribute,
  packetCode,
  RadiusError,
  type Reply,
  textAttributes,
  type VerifiedRequest,
} from '../radius/index.ts'
import type { Outcome, Reason } from '../signin/index.ts'

/** Every outcome that is answered. */
export type AnsweredOutcome = Exclude<Outcome, { kind: 'drop' }>

/** The reply table: what the gateway hears for each outcome (RFC 2865 section 4, 5.44 for what may be in it). */
export function replyTo(outcome: AnsweredOutcome): Reply {
  switch (outcome.kind) {
    case 'accept':
      return {
        code: packetCode.AccessAccept,
        attributes: [
          ...optionalText(attributeType.UserName, outcome.userName),
          ...outcome.attributes,
          ...optionalText(attributeType.ReplyMessage, outcome.message),
        ],
      }
    case 'reject':
      return {
        code: packetCode.AccessReject,
        attributes: textAttributes(attributeType.ReplyMessage, outcome.message),
      }
    case 'challenge':
      return {
        code: packetCode.AccessChallenge,
        attributes: [
          { type: attributeType.State, value: outcome.state },
          ...textAttributes(attributeType.ReplyMessage, outcome.message),
          integerAttribute(attributeType.Prompt, outcome.echo ? 1 : 0),
          integerAttribute(attributeType.SessionTimeout, outcome.timeoutSeconds),
        ],
      }
  }
}

/** Status-Server is answered with a bare Access-Accept on this port (RFC 5997 3). */
export const statusReply: Reply = { code: packetCode.AccessAccept, attributes: [] }

const bareReject: Reply = { code: packetCode.AccessReject, attributes: [] }

/** A reply ready to be sent, and what it says: another thing than the outcome where that did not fit. */
export type EncodedOutcome = {
  readonly bytes: Buffer
  readonly kind: AnsweredOutcome['kind']
  readonly reason: Reason
}

/**
 * Encodes and signs the reply. One of more than 4096 bytes becomes a bare Reject with reason
 * `reply-too-large` (RULES 19): half the attributes could let somebody in with too many rights.
 */
export function encodeOutcome(request: VerifiedRequest, outcome: AnsweredOutcome): EncodedOutcome {
  try {
    const bytes = encodeReply(request, replyTo(outcome))
    return { bytes, kind: outcome.kind, reason: outcome.reason }
  } catch (error) {
    if (!(error instanceof RadiusError) || error.code !== 'reply-too-large') throw error
    return { bytes: encodeReply(request, bareReject), kind: 'reject', reason: 'reply-too-large' }
  }
}

function optionalText(type: number, text: string | undefined): Attribute[] {
  return text === undefined ? [] : textAttributes(type, text)
}
