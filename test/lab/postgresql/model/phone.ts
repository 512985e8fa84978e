import { patiently } from '../../../../src/delivery/twilio/kept-step.ts'
import type { ApprovalMethod, PromptObserver, PromptRequest } from '../../../../src/signin/index.ts'
import { type Clock, endedElsewhere } from '../../../../src/support/index.ts'

/** A call that the person's phone has got. */
export type Ring = {
  readonly id: string
  /** Address of the device that signs in. */
  readonly from: string
  /** True time, until when it rings if no one ends it. */
  readonly untilMs: number
  isOver: boolean
  /** When the person has said yes, and whether a node has confirmed it. One that dies may have kept it all the same. */
  saidYesMs?: number
  isApproved: boolean
}

/** What the phone has to know of the node that calls it. */
export type Caller = {
  readonly clock: Clock
  readonly shiftMs: number
}

/** The one phone of the person. It is outside of all nodes, and rings on when one dies. */
export type Phone = {
  readonly rings: readonly Ring[]
  ringing(): Ring | undefined
  /** As a node calls it. */
  approvalFor(caller: Caller): ApprovalMethod
}

/** A yes counts for equal requests of the next 10 s. */
const yesCountsMs = 9_000

export function createPhone(nowMs: () => number, fault: (what: string) => void): Phone {
  const rings: Ring[] = []
  const rung = () => rings.filter(({ isOver, untilMs }) => !isOver && untilMs > nowMs())

  function hangUp(id: string): void {
    for (const ring of rings) if (ring.id === id) ring.isOver = true
  }

  function ring({ id, from, deadlineMs }: PromptRequest, caller: Caller): void {
    const untilMs = deadlineMs - caller.shiftMs
    if (rung().length > 0) fault('two prompts ring')
    if (rings.some((other) => other.id === id)) fault('one prompt rings twice')
    const before = rings.findLast((other) => other.from === from && other.isApproved)
    const agoMs = nowMs() - (before?.saidYesMs ?? Number.NEGATIVE_INFINITY)
    if (agoMs < yesCountsMs) fault('rings again after a yes')
    rings.push({ id, from, untilMs, isOver: false, isApproved: false })
  }

  /** As a provider of calls does it: what is about to be done is kept before, so that only one process does it. */
  async function place(
    request: PromptRequest,
    { steps }: PromptObserver,
    signal: AbortSignal,
    caller: Caller,
  ): Promise<void> {
    if (steps === undefined) throw new Error('several processes share each prompt')
    const patient = <Answer>(ask: () => Promise<Answer>) =>
      patiently(caller.clock, request.deadlineMs, ask)
    const kept = await patient(() => steps.look())
    if (kept === undefined || kept.value !== undefined) return
    const step = { seen: kept.count, token: request.id, value: 'placed' }
    if (!(await patient(() => steps.save(step))) || signal.aborted) return
    ring(request, caller)
    if ((await patient(() => steps.look())) === undefined) hangUp(request.id)
  }

  function follow(id: string, observer: PromptObserver, signal: AbortSignal): void {
    const end = () => {
      if (signal.reason !== endedElsewhere) hangUp(id)
      observer.onEnd({ kind: 'timeout' })
    }
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  }

  return {
    rings,
    ringing: () => rung()[0],
    approvalFor(caller) {
      const prompt: ApprovalMethod['prompt'] = (request, observer, signal) => {
        place(request, observer, signal, caller).catch((error: unknown) =>
          observer.onEnd({ kind: 'failed', detail: String(error), outage: false }),
        )
        follow(request.id, observer, signal)
      }
      return {
        method: 'call',
        prompt,
        resume(request, begun, observer, signal) {
          if (begun === undefined) prompt(request, observer, signal)
          else follow(request.id, observer, signal)
        },
        endOrphan: async () => undefined,
      }
    },
  }
}
