import type { FastifyReply, FastifyRequest } from 'fastify'
import type { WebStep, WebWaitStore } from '../../accounts/index.ts'
import type { Clock } from '../../support/index.ts'
import type { Cookies } from '../sessions/cookies.ts'
import type { Step, Steps } from '../sessions/steps.ts'
import { Wait } from './ask.ts'

/**
 * Requests that wait for a phone. A code that is typed meanwhile, a page that is closed and a service that stops end the
 * wait, so that the step of the browser is there again.
 */
export type Holding = {
  /** Runs `work` with a wait that can be ended. */
  hold<Result>(
    step: Step<unknown>,
    reply: FastifyReply,
    work: (wait: Wait) => Promise<Result>,
  ): Promise<Result>
  /** The step of this browser. A request that has it and waits for a phone lets go of it. */
  take<Content>(request: FastifyRequest, kind: WebStep['kind']): Promise<Step<Content> | undefined>
  /** As `take`, whatever the browser is in the middle of. */
  takeAny(request: FastifyRequest): Promise<Step<unknown> | undefined>
  endAll(): void
}

/** Where a request may come to another process than the one that waits. */
export type SharedWaits = {
  readonly clock: Clock
  readonly waits: Omit<WebWaitStore, 'purge'>
}

/** A wait that other processes know of. */
type Shown = { end(): Promise<void> }

type Held = { readonly wait: Wait; readonly over: Promise<void> }

/** How often a request that waits looks whether it has to let go. */
const lookMs = 1_000
/** How often another one looks whether that has happened. */
const pauseMs = 100
/** A process that has not let go by then is gone. */
const goneMs = 5_000

/** `shared`: undefined where there is one process. */
export function createHolding(
  steps: Pick<Steps, 'take' | 'takeAny'>,
  cookies: Cookies,
  shared: SharedWaits | undefined,
): Holding {
  const held = new Map<string, Held>()

  async function interrupt(tokenHash: Uint8Array): Promise<boolean> {
    const found = held.get(hexOf(tokenHash))
    if (found === undefined) return false
    found.wait.end()
    await found.over
    return true
  }

  async function takeWith<Content>(
    request: FastifyRequest,
    take: () => Promise<Step<Content> | undefined>,
    kind: WebStep['kind'] | undefined,
  ): Promise<Step<Content> | undefined> {
    const taken = await take()
    const tokenHash = cookies.read(request, 'step')
    if (taken !== undefined || tokenHash === undefined) return taken
    if (await interrupt(tokenHash)) return take()
    return shared && (await takeFromOther(shared, tokenHash, take, kind))
  }

  return {
    async hold(step, reply, work) {
      const key = hexOf(step.tokenHash)
      const wait = new Wait()
      const { promise: over, resolve } = Promise.withResolvers<void>()
      held.set(key, { wait, over })
      const closed = () => wait.end()
      reply.raw.once('close', closed)
      let shown: Shown | undefined
      try {
        shown = shared && (await showToOthers(shared, step, wait))
        return await work(wait)
      } finally {
        reply.raw.off('close', closed)
        held.delete(key)
        await shown?.end()
        resolve()
      }
    },

    take: <Content>(request: FastifyRequest, kind: WebStep['kind']) =>
      takeWith(request, () => steps.take<Content>(request, kind), kind),

    takeAny: (request) => takeWith(request, () => steps.takeAny(request), undefined),

    endAll() {
      for (const { wait } of held.values()) wait.now('stopping')
    },
  }
}

/** Other processes find the step, and may ask for it: they are answered within a second. */
async function showToOthers(
  { clock, waits }: SharedWaits,
  step: Step<unknown>,
  wait: Wait,
): Promise<Shown> {
  let isOver = false
  await waits.begin({ ...step, content: JSON.stringify(step.content) })

  async function look(): Promise<void> {
    if (isOver) return
    // A store that fails now may work again: the wait goes on.
    const isAsked = await waits.isAsked(step.tokenHash).catch(() => false)
    if (isAsked) wait.end()
    else clock.after(lookMs, () => void look())
  }

  clock.after(lookMs, () => void look())
  return {
    async end() {
      isOver = true
      // What was answered meanwhile is used all the same; the row ends by itself.
      await waits.end(step.tokenHash).catch(() => undefined)
    },
  }
}

/** Waits until the process that has the step lets go of it. Where that process is gone, the step is taken as it was. */
async function takeFromOther<Content>(
  { clock, waits }: SharedWaits,
  tokenHash: Uint8Array,
  take: () => Promise<Step<Content> | undefined>,
  kind: WebStep['kind'] | undefined,
): Promise<Step<Content> | undefined> {
  const untilMs = clock.nowMs() + goneMs
  for (;;) {
    const isHeld = await waits.ask(tokenHash, clock.nowMs())
    // Where no one waits any longer, the step is there again, or was answered.
    const taken = await take()
    if (taken !== undefined || !isHeld) return taken
    if (clock.nowMs() >= untilMs) break
    await new Promise<void>((resolve) => {
      clock.after(pauseMs, resolve)
    })
  }
  const left = await waits.takeOver(tokenHash, kind, clock.nowMs())
  return left && { ...left, content: JSON.parse(left.content) }
}

function hexOf(tokenHash: Uint8Array): string {
  return Buffer.from(tokenHash).toString('hex')
}
