import type { SecureContext } from 'node:tls'
import { eapType } from '../../radius/index.ts'
import type { Clock } from '../../support/index.ts'
import type { EarlierSignIn, TunnelMethod, TunnelMethodFactory, TunnelStep } from '../method.ts'
import type {
  OuterMethod,
  OuterMethodFactory,
  OuterRound,
  OuterStep,
  Stage,
} from '../outer-method.ts'
import {
  acknowledgement,
  createFragmentJoiner,
  cutMessage,
  decodeFragment,
  type FragmentCutter,
  startData,
} from './fragments.ts'
import { keyMaterialOf, sessionKeysOf } from './keys.ts'
import { TlsSession } from './session.ts'
import type { SessionCache } from './session-cache.ts'

/** A method that begins with a TLS handshake (RFC 5216, RFC 5281, MS-PEAP), and what happens in its tunnel. */
export function withTunnel(
  factory: TunnelMethodFactory,
  context: SecureContext,
  resumption?: Resumption,
): OuterMethodFactory {
  return {
    type: factory.type,
    hasTunnel: true,
    create: (identity) => new TlsMethod({ factory, context, resumption }, identity),
  }
}

/** Sessions that may be resumed, of this method at one gateway. */
export type Resumption = { readonly cache: SessionCache; readonly clock: Clock }

type TlsMethodParts = {
  readonly factory: TunnelMethodFactory
  readonly context: SecureContext
  readonly resumption: Resumption | undefined
}

type Ending = Exclude<OuterStep, { kind: 'request' }>
type TunnelSend = Extract<TunnelStep, { kind: 'send' }>

class TlsMethod implements OuterMethod {
  readonly type: number
  stage: Stage = 'offered'
  readonly #parts: TlsMethodParts
  readonly #identity: string
  readonly #joiner = createFragmentJoiner()
  /** A message of ours whose last fragment has not left. */
  #cutter: FragmentCutter | undefined = undefined
  /** Made when the peer sends its first record: a peer that only says a name costs next to nothing. */
  #session: TlsSession | undefined = undefined
  #tunnel: TunnelMethod | undefined = undefined
  #keyMaterial: Uint8Array = new Uint8Array()
  /** How it ends once the peer has acknowledged what was sent last. */
  #ending: Ending | undefined = undefined
  /** What goes through the tunnel once the peer has acknowledged the end of our handshake. */
  #held: TunnelSend | undefined = undefined

  /** Whom the sign-in has accepted in this tunnel, and what proved it. */
  #accepted: Pick<EarlierSignIn, 'userName' | 'proof'> | undefined = undefined
  /** Before anything was proven in it: a password that is set while a phone rings is another one (RULES 27). */
  #openedAtMs = 0

  constructor(parts: TlsMethodParts, identity: string) {
    this.type = parts.factory.type
    this.#parts = parts
    this.#identity = identity
  }

  start(): Uint8Array {
    return startData
  }

  close(): void {
    this.#session?.close()
  }

  async receive(data: Uint8Array, round: OuterRound): Promise<OuterStep> {
    const fragment = decodeFragment(data)
    if (fragment === undefined) return invalid('flags are missing')
    if (fragment.version !== 0 && this.type !== eapType.Tls) {
      return invalid(`version ${fragment.version} is not spoken here`)
    }
    const isBare = fragment.data.length === 0 && !fragment.more
    if (this.#cutter !== undefined) {
      return isBare ? this.#nextFragment(round) : invalid('data instead of an acknowledgement')
    }
    const joined = this.#joiner.add(fragment)
    switch (joined.kind) {
      case 'invalid':
        return invalid('a message that is too long, or not as long as announced')
      case 'more':
        return { kind: 'request', data: acknowledgement }
      case 'message':
        return this.#ending === undefined
          ? this.#take(joined.message, this.#watch(round))
          : endAt(joined.message, this.#ending)
    }
  }

  /** A whole message of the peer: records for the handshake or the tunnel, or a bare acknowledgement. */
  async #take(message: Buffer, round: OuterRound): Promise<OuterStep> {
    if (message.length > 0) {
      const { context, factory, resumption } = this.#parts
      this.#session ??= new TlsSession(context, factory.requestsCertificate, resumption?.cache)
      await this.#session.receive(message)
    }
    const session = this.#session
    if (session === undefined) return invalid('no TLS record where the handshake begins')
    if (session.error !== undefined) return this.#fail(session, round, session.error)
    const held = this.#held
    if (held !== undefined) {
      this.#held = undefined
      return message.length === 0
        ? this.#sendThrough(session, held, round)
        : invalid('data instead of an acknowledgement')
    }
    if (this.#tunnel !== undefined) {
      return this.#go(session, await this.#tunnel.receive(session.takePlain(), round), round)
    }
    if (session.isSecure) return this.#establish(session, round)
    const flight = session.takeOutput()
    if (flight.length === 0) return this.#fail(session, round, 'handshake cut off')
    this.stage = 'certificate-sent'
    return this.#send(flight, round)
  }

  async #establish(session: TlsSession, round: OuterRound): Promise<OuterStep> {
    const { factory } = this.#parts
    this.stage = 'running'
    this.#openedAtMs = this.#parts.resumption?.clock.nowMs() ?? 0
    this.#keyMaterial = keyMaterialOf(session, this.type)
    this.#tunnel = factory.create({
      outerIdentity: this.#identity,
      protocol: session.protocol,
      isResumed: session.isResumed,
      earlier: session.earlier,
      keyMaterial: this.#keyMaterial,
      exportKey: (label, length) => session.exportKey(label, length),
      peerCertificate: session.peerCertificate,
      // OpenSSL also says this, slowly, of a peer that was not asked for a certificate.
      verifyError: factory.requestsCertificate ? session.verifyError : undefined,
    })
    const step = await this.#tunnel.established(session.takePlain(), round)
    return this.#go(session, step, round)
  }

  async #go(session: TlsSession, step: TunnelStep, round: OuterRound): Promise<OuterStep> {
    if (step.kind === 'failed' || step.kind === 'broken') {
      session.forget()
      return step
    }
    if (step.kind === 'send') return this.#sendThrough(session, step, round)
    this.#keep(session)
    const keys = sessionKeysOf(step.msk ?? this.#keyMaterial)
    const done: Ending = { kind: 'done', outcome: step.outcome, keys }
    const flight = session.takeOutput()
    if (flight.length === 0) return done
    // The end of our handshake has not left yet, and the peer waits for it.
    this.#ending = done
    return this.#send(flight, round)
  }

  /** Remembers whom the sign-in accepts, for the session. */
  #watch(round: OuterRound): OuterRound {
    const signIn: OuterRound['signIn'] = async (inner) => {
      const outcome = await round.signIn(inner)
      const { userName, credential } = inner
      if (outcome.kind === 'accept' && credential.kind !== 'resumed') {
        this.#accepted = { userName, proof: credential.kind }
      }
      return outcome
    }
    return { ...round, signIn }
  }

  /** All of it succeeded: the device may come back with this session. */
  #keep(session: TlsSession): void {
    if (this.#accepted !== undefined) {
      session.keep({ ...this.#accepted, provenAtMs: this.#openedAtMs })
    }
  }

  async #sendThrough(session: TlsSession, step: TunnelSend, round: OuterRound): Promise<OuterStep> {
    const { plain, notBeforeMs } = step
    if (plain.length > 0) {
      const flight = session.takeOutput()
      // The peer of TLS 1.2 is in its handshake until it has read ours to the end.
      if (flight.length > 0 && session.protocol === 'TLSv1.2') {
        this.#held = step
        return this.#send(flight, round)
      }
      await session.send(plain)
      if (session.error !== undefined) return this.#fail(session, round, session.error)
      return this.#send(Buffer.concat([flight, session.takeOutput()]), round, notBeforeMs)
    }
    return this.#send(session.takeOutput(), round, notBeforeMs)
  }

  /** An alert of ours goes out first: it tells the peer what was wrong (RFC 5216 2.1.3). */
  #fail(session: TlsSession, round: OuterRound, detail: string): OuterStep {
    const broken: Ending = { kind: 'broken', reason: 'eap-tls-failed', detail }
    const alert = session.takeOutput()
    session.close()
    if (alert.length === 0) return broken
    this.#ending = broken
    return this.#send(alert, round)
  }

  #send(message: Uint8Array, round: OuterRound, notBeforeMs?: number): OuterStep {
    this.#cutter = cutMessage(message)
    const step = this.#nextFragment(round)
    return notBeforeMs === undefined ? step : { ...step, notBeforeMs }
  }

  #nextFragment({ packetSize }: OuterRound): Extract<OuterStep, { kind: 'request' }> {
    const data = this.#cutter?.next(packetSize) ?? acknowledgement
    if (this.#cutter?.isDone) this.#cutter = undefined
    return { kind: 'request', data }
  }
}

/** An alert, or anything else in place of an acknowledgement, lets no one in. */
function endAt(message: Uint8Array, ending: Ending): OuterStep {
  if (ending.kind !== 'done' || message.length === 0) return ending
  return invalid('data instead of an acknowledgement')
}

function invalid(detail: string): OuterStep {
  return { kind: 'broken', reason: 'eap-malformed', detail }
}
