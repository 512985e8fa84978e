import type { Attempt, GatewayRules, Outcome } from '../signin/index.ts'
import type { Source } from './listener/sockets.ts'

/** The first packet of a request, as far as it tells how its gateway behaves. */
export type FirstPacket = {
  readonly rules: GatewayRules
  readonly attemptId: string
  /** Equal for the same name from the same device or port; undefined where nothing tells them apart. */
  readonly person: string | undefined
  /** Whether that is the person's own device, so that another try of theirs shares the prompt. */
  readonly ownDevice: boolean
  /** Request Authenticator as 16 Latin-1 characters. */
  readonly authenticator: string
  /** Source port. */
  readonly port: number
  /** Which of our sockets it came to. */
  readonly socketId: number
  readonly answersChallenge: boolean
  readonly atMs: number
}

export type RequestEnd = {
  readonly attemptId: string
  /** `step`: an EAP packet that a device answers by itself. */
  readonly kind: Outcome['kind'] | 'step'
  /** Whether it was the gateway's patience that ended it. */
  readonly patienceEnded: boolean
  readonly atMs: number
}

/** One that is held: how often it has come so far, and how long ago first. */
export type HeldPackets = {
  readonly gateway: string
  readonly packets: number
  readonly afterMs: number
}

/**
 * Hears of each request that begins, comes again and ends, and says how long it may be held: patience
 * is learnt from what it hears. Called on the way of a packet: implementations are quick and never throw.
 */
export interface RequestWatch {
  /** The rules the attempt goes by, from beginning to end. */
  begin(packet: FirstPacket): GatewayRules
  /** A resend, of a request that is held or was answered. */
  resend(attemptId: string, atMs: number): void
  end(end: RequestEnd): void
  /** Another node has got the same sign-in, before this one (`came`) or after it (`left`). */
  wasElsewhere(attemptId: string, how: 'came' | 'left'): void
  /** Whether its gateway still waits for the answer: false once a packet that it should have sent again is overdue. */
  isStillAsked(held: HeldPackets): boolean
}

/** Learns nothing: every attempt goes by the rules of its gateway. */
export const noWatch: RequestWatch = {
  begin: ({ rules }) => rules,
  resend: () => undefined,
  end: () => undefined,
  wasElsewhere: () => undefined,
  isStillAsked: () => true,
}

/** `authenticator`: as text. */
export function firstPacketOf(
  attempt: Attempt,
  { port, socket }: Source,
  authenticator: string,
): FirstPacket {
  const { gateway, id, receivedAtMs, state } = attempt
  return {
    rules: gateway,
    attemptId: id,
    person: personOf(attempt),
    ownDevice: gateway.personSpecificDevice && isDevice(attempt),
    authenticator,
    port,
    socketId: socket.id,
    answersChallenge: state !== undefined,
    atMs: receivedAtMs,
  }
}

function personOf({ device, port, userName }: Attempt): string | undefined {
  const from = device === undefined ? port : `${device.kind} ${device.value}`
  return from === undefined ? undefined : `${userName.toLowerCase()}|${from}`
}

/** Other text may be the same for all people (RULES 42). */
function isDevice({ device }: Attempt): boolean {
  return device?.kind === 'mac' || device?.kind === 'address'
}
