import {
  type Authenticator,
  type AuthenticatorStore,
  isValidAt,
  type TotpAuthenticator,
} from '../accounts/index.ts'
import type { CodeCheck, CodeChecker, CodeMatch } from '../signin/index.ts'
import { hotpCodesAhead, matchHotp } from './hotp.ts'
import { hasRecoveryDashes, matchRecovery, parseRecoveryCode } from './recovery.ts'
import { findClockOff, matchTotp, totpCodesAround } from './totp.ts'

export type CodeCheckerOptions = {
  readonly store: AuthenticatorStore
  /** TOTP steps to each side of the expected one. */
  readonly window: number
  /** HOTP counters after the expected one. */
  readonly lookAhead: number
  /** Key of the recovery codes' hashes, at least 32 bytes. */
  readonly hashKey: Uint8Array
}

type Found = { readonly reused: boolean; readonly match: CodeMatch }

/** Codes without a time of their own can be used again this long after a server forgot that they were used. */
const untimedMs = 60_000

/** Checks codes people read off something they have: TOTP, HOTP and recovery codes. */
export function createCodeChecker(options: CodeCheckerOptions): CodeChecker {
  const { store, window, lookAhead, hashKey } = options

  function find(code: string, authenticator: Authenticator, nowMs: number): Found | undefined {
    switch (authenticator.method) {
      case 'totp': {
        const match = matchTotp(authenticator, code, nowMs, window)
        return (
          match &&
          found(match.reused, {
            authenticator,
            method: 'totp',
            usableSinceMs: usableSinceMs(authenticator, match.step),
            spend: (evidence) =>
              store.spendTotp(authenticator.id, match.step, match.driftSteps, evidence),
          })
        )
      }
      case 'hotp': {
        const match = matchHotp(authenticator, code, lookAhead)
        return (
          match &&
          found(match.reused, {
            authenticator,
            method: 'hotp',
            usableSinceMs: nowMs - untimedMs,
            spend: (evidence) => store.spendHotp(authenticator.id, match.counter, evidence),
          })
        )
      }
      case 'recovery': {
        const match = matchRecovery(authenticator, code, hashKey)
        return (
          match &&
          found(match.reused, {
            authenticator,
            method: 'recovery',
            usableSinceMs: nowMs - untimedMs,
            spend: (evidence) => store.spendRecovery(authenticator.id, match.codeHash, evidence),
          })
        )
      }
      case 'sms':
      case 'call':
      case 'email':
      case 'passkey':
      case 'push':
        return undefined
    }
  }

  /** One step earlier than the window says, for a node whose clock was ahead. */
  function usableSinceMs({ driftSteps, periodSeconds }: TotpAuthenticator, step: number): number {
    return (step - driftSteps - window - 1) * periodSeconds * 1000
  }

  return {
    looksLikeCode: (text, authenticators) =>
      authenticators.some((authenticator) => hasFormOf(compact(text), authenticator)),

    readsAsCode: (text, authenticators, nowMs) =>
      authenticators.some(
        (authenticator) =>
          nearlyHasFormOf(text, authenticator) ||
          (authenticator.method === 'recovery' && find(text, authenticator, nowMs) !== undefined),
      ),

    check(code, authenticators, nowMs): CodeCheck {
      const typed = compact(code)
      const hits = authenticators
        .filter((authenticator) => hasFormOf(typed, authenticator))
        .filter((authenticator) => isValidToken(authenticator, nowMs))
        .map((authenticator) => find(typed, authenticator, nowMs))
        .filter((hit) => hit !== undefined)
      const hit = hits.find(({ reused }) => !reused) ?? hits[0]
      if (hit === undefined) return { kind: 'wrong' }
      return { kind: hit.reused ? 'reused' : 'match', match: hit.match }
    },

    codes: (authenticators, nowMs) =>
      authenticators.flatMap((authenticator) => {
        if (!isValidToken(authenticator, nowMs)) return []
        switch (authenticator.method) {
          case 'totp':
            return totpCodesAround(authenticator, nowMs, window)
          case 'hotp':
            return hotpCodesAhead(authenticator, lookAhead)
          default:
            return []
        }
      }),

    notValid(code, authenticators, nowMs) {
      const typed = compact(code)
      return authenticators.find(
        (authenticator) =>
          hasFormOf(typed, authenticator) &&
          !isValidToken(authenticator, nowMs) &&
          find(typed, authenticator, nowMs) !== undefined,
      )
    },

    clockOff(code, authenticators, nowMs) {
      const typed = compact(code)
      return authenticators
        .flatMap((authenticator) =>
          authenticator.method === 'totp' && hasFormOf(typed, authenticator)
            ? [findClockOff(authenticator, typed, nowMs, window)]
            : [],
        )
        .find((steps) => steps !== undefined)
    },
  }
}

function isValidToken(authenticator: Authenticator, nowMs: number): boolean {
  return !('seed' in authenticator) || isValidAt(authenticator, nowMs)
}

function found(reused: boolean, match: CodeMatch): Found {
  return { reused, match }
}

/** Apps show `123 456`, and so people type it. */
function compact(text: string): string {
  return text.replace(/\s/g, '')
}

/** A digit too many or too few is a slip of the finger; text with the dashes of a recovery code is a recovery code. */
function nearlyHasFormOf(text: string, authenticator: Authenticator): boolean {
  if ('digits' in authenticator) {
    return /^[0-9]+$/.test(text) && Math.abs(text.length - authenticator.digits) <= 1
  }
  return authenticator.method === 'recovery' && hasRecoveryDashes(text)
}

function hasFormOf(text: string, authenticator: Authenticator): boolean {
  switch (authenticator.method) {
    case 'totp':
    case 'hotp':
      return text.length === authenticator.digits && /^[0-9]+$/.test(text)
    case 'recovery':
      return parseRecoveryCode(text) !== undefined
    case 'sms':
    case 'call':
    case 'email':
    case 'passkey':
    case 'push':
      return false
  }
}
