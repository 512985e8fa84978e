import type { Outcome } from '../../src/signin/index.ts'
import { call, createWorld, flush, laptop } from '../signin/harness.ts'
import { answerMs, type Chance } from './chance.ts'
import type { GatewayModel } from './gateways.ts'
import type { Policy } from './policies.ts'
import { type Arrival, bindMs, type ReplyKind, rulesOf, type Server } from './server.ts'
import type { SignInResult } from './sign-in.ts'
import { planSignIn } from './sign-in.ts'

/** Time passes in steps of a tick, and everything that was promised runs in between. */
const tickMs = 50
/** Two tries, the longest patience and the longest answer. */
const longestMs = 150_000

/** As `simulateSignIn`, with the real sign-in in place of its model. */
export async function runRealSignIn(
  gateway: GatewayModel,
  policy: Policy,
  chance: Chance,
  signIn: number,
): Promise<SignInResult> {
  const world = createWorld()
  const { clock, phone } = world
  await world.enrol('alice', call)
  world.local.delay = () => new Promise((resolve) => void clock.after(bindMs, resolve))
  const server = createRealServer(world, gateway, policy)
  const timeline = {
    nowMs: clock.nowMs,
    at: (ms: number, run: () => void) =>
      void clock.after(Math.max(0, ms - clock.nowMs()), () => run()),
  }
  const person = planSignIn({ gateway, chance, signIn, timeline, server })
  let rung = 0
  for (let passedMs = 0; passedMs < longestMs && !person.isIn; passedMs += tickMs) {
    clock.advance(tickMs)
    await flush()
    for (const ringing of phone.calls.slice(rung)) {
      rung += 1
      const delayMs = answerMs(
        chance.draw(signIn, 'answer', rung),
        chance.draw(signIn, 'answers', rung),
      )
      server.approvedAtMs = clock.nowMs() + delayMs
      clock.after(delayMs, () => {
        if (ringing.result === undefined) ringing.answer({ kind: 'approved', byMachine: false })
      })
    }
  }
  return { success: person.isIn, prompts: phone.calls.length }
}

function createRealServer(
  world: ReturnType<typeof createWorld>,
  gateway: GatewayModel,
  { watch }: Policy,
): Server & { approvedAtMs: number } {
  const { clock } = world
  const replies = new Map<string, ReplyKind | undefined>()
  let state: Uint8Array | undefined

  function receive({ request, socketId, answersChallenge, send }: Arrival): void {
    if (replies.has(request)) {
      const reply = replies.get(request)
      if (reply !== undefined) send(reply)
      return
    }
    replies.set(request, undefined)
    const atMs = clock.nowMs()
    const seen = { attemptId: request, authenticator: request, port: 1, socketId, answersChallenge }
    const packet = { ...seen, rules: rulesOf(gateway), person: 'alice', ownDevice: true, atMs }
    const rules = watch.begin(packet)
    const goesOn = answersChallenge && state !== undefined ? { state } : {}
    const { done } = world.start({ gateway: rules, device: laptop, ...goesOn })
    void done.then((outcome) => answer(outcome, request, send))
  }

  function answer(outcome: Outcome, request: string, send: Arrival['send']): void {
    if (outcome.kind === 'drop') return
    if (outcome.kind === 'challenge') state = outcome.state
    replies.set(request, outcome.kind)
    send(outcome.kind)
  }

  return {
    receive,
    approvedAtMs: Number.NEGATIVE_INFINITY,
    get prompts() {
      return world.phone.calls.length
    },
  }
}
