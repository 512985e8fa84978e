import type { GatewayRules } from '../../src/signin/index.ts'
import { type Chance, exponential } from './chance.ts'
import type { GatewayModel } from './gateways.ts'
import type { Policy } from './policies.ts'
import { createServer, type ReplyKind, type Server } from './server.ts'
import { createTimeline, type Timeline } from './timeline.ts'

export type SignInResult = { readonly success: boolean; readonly prompts: number }

/** Share of packets that are lost, each way. */
const loss = 0.01
/** Way of a packet: at least, and on average more than that. */
const shortestWayMs = 1
const moreWayMs = 4
/** A gateway's timers are up to this late. */
const timerScatterMs = 20
/** A person who was not let in tries once more after about this long; a person who sees a challenge reads it. */
const retryMs = 5_000
const readMs = 1_500

/** One person signs in at a gateway, tries once more if it fails, and is in or not. */
export function simulateSignIn(
  gateway: GatewayModel,
  rules: GatewayRules,
  policy: Policy,
  chance: Chance,
  signIn: number,
  startMs: number,
): SignInResult {
  const timeline = createTimeline(startMs)
  const server = createServer(timeline, gateway, rules, policy, chance, signIn)
  const person = planSignIn({ gateway, chance, signIn, timeline, server })
  timeline.runAll()
  return { success: person.isIn, prompts: server.prompts }
}

/** Plans what the gateway and the person do; `isIn` says how it went once time has passed. */
export function planSignIn(world: {
  readonly gateway: GatewayModel
  readonly chance: Chance
  readonly signIn: number
  readonly timeline: Pick<Timeline, 'at' | 'nowMs'>
  readonly server: Server
}): { readonly isIn: boolean } {
  const { gateway, chance, signIn, timeline, server } = world
  let isIn = false

  /** Sends one request with its resends to one server, and tells what came of it. */
  function ask(
    name: string,
    socketId: number,
    answersChallenge: boolean,
    done: (reply: ReplyKind | 'silence') => void,
  ) {
    const beganMs = timeline.nowMs()
    let isOver = false
    const finish = (reply: ReplyKind | 'silence') => {
      if (isOver) return
      isOver = true
      done(reply)
    }
    let copies = 0
    const send = (kind: ReplyKind) => {
      copies += 1
      travel(`${name} reply ${copies}`, () => finish(kind))
    }
    gateway.sends.forEach((seconds, index) => {
      timeline.at(beganMs + seconds * 1000 + scatter(`${name} send ${index}`), () => {
        if (isOver) return
        travel(`${name} packet ${index}`, () =>
          server.receive({ request: `${signIn} ${name}`, socketId, answersChallenge, send }),
        )
      })
    })
    timeline.at(beganMs + gateway.givesUp * 1000 + scatter(`${name} end`), () => finish('silence'))
  }

  function travel(packet: string, arrive: () => void): void {
    if (chance.draw(signIn, packet, 'loss') < loss) return
    const wayMs = shortestWayMs + exponential(moreWayMs, chance.draw(signIn, packet, 'way'))
    timeline.at(timeline.nowMs() + wayMs, arrive)
  }

  function scatter(timer: string): number {
    return timerScatterMs * chance.draw(signIn, timer, 'timer')
  }

  function tryOnce(name: string, failed: () => void): void {
    ask(`${name}a`, 1, false, (reply) => {
      if (reply === 'silence' && gateway.secondServer) {
        ask(`${name}b`, 2, false, (other) => conclude(name, other, failed))
      } else conclude(name, reply, failed)
    })
  }

  function conclude(name: string, reply: ReplyKind | 'silence', failed: () => void): void {
    if (reply === 'accept') isIn = true
    else if (reply === 'challenge') goOn(name, 1, failed)
    else failed()
  }

  /** "Approve on your phone, then press Enter." */
  function goOn(name: string, round: number, failed: () => void): void {
    if (round > 3) {
      failed()
      return
    }
    const pressedMs = Math.max(timeline.nowMs() + readMs, server.approvedAtMs + readMs)
    timeline.at(pressedMs, () =>
      ask(`${name}enter${round}`, 1, true, (reply) =>
        reply === 'challenge' ? goOn(name, round + 1, failed) : conclude(name, reply, failed),
      ),
    )
  }

  function retry(): void {
    const waitMs = retryMs + 1000 * (chance.draw(signIn, 'retry') - 0.5)
    timeline.at(timeline.nowMs() + waitMs, () => tryOnce('second', () => undefined))
  }

  tryOnce('first', retry)
  return {
    get isIn() {
      return isIn
    },
  }
}
