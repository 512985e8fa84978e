import { type MsChapErrorCode, msChapError, msChapFailureText } from '../../mschap/index.ts'
import { eapType } from '../../radius/index.ts'
import type { MsChapCredential, MsChapSuccess, Outcome, Reason } from '../../signin/index.ts'
import type {
  Accepted,
  InnerMethod,
  InnerMethodFactory,
  InnerSignIn,
  InnerStep,
  Refused,
} from '../method.ts'
import {
  decodeMsChapV2,
  encodeChallenge,
  encodeFailure,
  encodeSuccess,
  type MsChapV2Message,
} from './mschapv2-packet.ts'
import { isSameName } from './names.ts'
import { refuse } from './refuse.ts'

const challengeBytes = 16
/** Tells answers to two challenges apart; there is only one. */
const identifier = 1

export type MsChapV2Options = {
  /** What the server calls itself to the peer. */
  readonly serverName: string
  /** That many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array
}

/** What the next packet must be an answer to. */
type Phase =
  | { readonly kind: 'challenged' }
  | { readonly kind: 'accepted'; readonly outcome: Accepted; readonly isk: Uint8Array | undefined }
  | { readonly kind: 'refused'; readonly outcome: Refused }

/**
 * EAP-MSCHAPv2, the server's side (draft-kamath-pppext-eap-mschapv2): challenge, response, then our proof or
 * our refusal, which the peer acknowledges. There is no retry: a refused peer begins again, and is counted.
 */
export function createMsChapV2({ serverName, random }: MsChapV2Options): InnerMethodFactory {
  function create(identity: string): InnerMethod {
    const challenge = random(challengeBytes)
    let phase: Phase = { kind: 'challenged' }

    async function check(
      message: MsChapV2Message & { kind: 'response' },
      signIn: InnerSignIn,
    ): Promise<InnerStep> {
      // A peer without an identity says here who it is, and its response proves that name.
      const userName = identity === '' ? message.name : identity
      if (!isSameName(message.name, userName)) return refuse('eap-name-differs')
      const credential = toCredential(message, challenge)
      const outcome = await signIn({ userName, credential, challenges: false })
      switch (outcome.kind) {
        case 'accept':
          return prove(outcome)
        case 'reject':
          phase = { kind: 'refused', outcome }
          return tellWhy(outcome)
        case 'drop':
          return { kind: 'failed', outcome }
        case 'challenge':
          return refuse('no-method-for-flow')
      }
    }

    function prove(outcome: Accepted): InnerStep {
      const { msChap } = outcome
      // Nothing has checked the response, so there is nothing to prove with.
      if (msChap?.version !== 2) return refuse('credential-not-checkable')
      phase = { kind: 'accepted', outcome, isk: keysOf(msChap) }
      return {
        kind: 'request',
        data: encodeSuccess(identifier, msChap.authenticatorResponse, 'OK'),
      }
    }

    function tellWhy(outcome: Outcome & { kind: 'reject' }): InnerStep {
      const text = msChapFailureText({
        version: 2,
        code: errorCode(outcome.reason),
        retry: false,
        challenge: random(challengeBytes),
        message: outcome.message,
      })
      return {
        kind: 'request',
        data: encodeFailure(identifier, text),
        notBeforeMs: outcome.notBeforeMs,
      }
    }

    return {
      type: eapType.MsChapV2,
      start: () => encodeChallenge(identifier, challenge, serverName),
      async receive({ data }, signIn) {
        const message = decodeMsChapV2(data)
        switch (phase.kind) {
          case 'challenged':
            if (message?.kind !== 'response' || message.identifier !== identifier) {
              return refuse('eap-malformed', 'no response to the challenge')
            }
            return check(message, signIn)
          case 'accepted': {
            const { outcome, isk } = phase
            if (message?.kind === 'failure') return refuse('eap-peer-gave-up')
            if (message?.kind !== 'success')
              return refuse('eap-malformed', 'no acknowledgement of success')
            return { kind: 'done', outcome, ...(isk && { isk }) }
          }
          case 'refused':
            return { kind: 'failed', outcome: phase.outcome }
        }
      },
    }
  }

  return { type: eapType.MsChapV2, makesKeys: true, create }
}

function toCredential(
  { identifier, peerChallenge, ntResponse, name }: MsChapV2Message & { kind: 'response' },
  challenge: Uint8Array,
): MsChapCredential {
  return {
    kind: 'ms-chap',
    version: 2,
    identifier,
    challenge,
    peerChallenge,
    ntResponse,
    userName: name,
  }
}

/** Receive before send, 32 bytes; undefined where an upstream server gave none. */
function keysOf({ receiveKey, sendKey }: MsChapSuccess & { version: 2 }): Uint8Array | undefined {
  return receiveKey && sendKey && Buffer.concat([receiveKey, sendKey])
}

/** What is only told after a right password may have a code of its own (RFC 2759 6). */
function errorCode(reason: Reason): MsChapErrorCode {
  switch (reason) {
    case 'account-disabled':
    case 'account-expired':
      return msChapError.accountDisabled
    case 'account-restricted':
      return msChapError.restrictedHours
    default:
      return msChapError.authenticationFailed
  }
}
