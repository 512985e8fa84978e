import type { Guard } from '../guard.ts'

const calls = ['test/delivery/nodes/calls.test.ts']

/** Guards of what several processes of one database do together. */
export const nodeGuards: readonly Guard[] = [
  {
    name: 'nodes O15: a webhook of a call that this process does not know is looked for at all',
    file: 'src/delivery/twilio/webhooks.ts',
    source: 'return promptId === undefined ? undefined : sessions.rename(promptId, token)',
    without: 'return undefined',
    noticedBy: calls,
  },
  {
    name: 'nodes O15: of all who get a webhook one makes the step',
    file: 'src/delivery/twilio/kept-dialogue.ts',
    source: 'if (!(await keepStep(steps, clock, kept.count, next.step, untilMs))) continue',
    without: 'await keepStep(steps, clock, kept.count, next.step, untilMs)',
    noticedBy: calls,
  },
  {
    name: 'nodes O15: a webhook of the first number counts for nothing once the backup number rings',
    file: 'src/delivery/twilio/kept-dialogue.ts',
    source: "if (kept === undefined || step?.token !== token) return 'unknown'",
    without: "if (kept === undefined || step === undefined) return 'unknown'",
    noticedBy: calls,
  },
  {
    name: 'nodes O15: a call has one name',
    file: 'src/delivery/twilio/kept-dialogue.ts',
    source: 'if (step.providerId !== undefined && step.providerId !== callSid) return',
    without: 'if (callSid === undefined) return',
    noticedBy: calls,
  },
  {
    name: 'nodes O15: one process places a call',
    file: 'src/delivery/twilio/kept-call.ts',
    source:
      "return (await keepStep(steps, clock, count, first, deadlineMs)) ? 'begun' : 'elsewhere'",
    without: "await keepStep(steps, clock, count, first, deadlineMs)\n      return 'begun'",
    noticedBy: calls,
  },
  {
    name: 'nodes O15: no number is called twice',
    file: 'src/delivery/twilio/kept-call.ts',
    source: 'if (step?.to === to && step.ended !== undefined) return step.ended',
    without: '',
    noticedBy: calls,
  },
  {
    name: 'nodes O15: who did not end a call hangs up on nobody',
    file: 'src/signin/prompts/call.ts',
    source: 'if (this.#stopTimer()) this.#cancel.abort(endedElsewhere)',
    without: 'if (this.#stopTimer()) this.#cancel.abort()',
    noticedBy: calls,
  },
  {
    name: 'nodes O15: what follows an end follows once',
    file: 'src/signin/prompts/call.ts',
    source: 'if (isOurs) await this.#countEnd(result)',
    without: 'await this.#countEnd(result)',
    noticedBy: ['test/signin/prompts/ends.test.ts'],
  },
  {
    name: 'nodes O15: starting a process ends nobody’s calls',
    file: 'src/signin/prompts/orphans.ts',
    source: 'if (registry.isShared) {',
    without: 'if (registry.isShared === undefined) {',
    noticedBy: ['test/signin/prompts/orphans.test.ts'],
  },
  {
    name: 'nodes O16: a call without a name is found by its number',
    file: 'src/delivery/twilio/hang-up.ts',
    source: 'named.size > 0 || step === undefined ? [...named] : await findCalls(api, step)',
    without: '[...named]',
    noticedBy: calls,
  },
  {
    name: 'nodes O16: nobody is asked again while a call without a name may ring',
    file: 'src/delivery/twilio/calls.ts',
    source: 'if (isGivenUp && step.providerId === undefined) request.steps?.onLost()',
    without: '',
    noticedBy: calls,
  },
  {
    name: 'nodes O38: a step whose answer was lost is looked for before it is made again',
    file: 'src/delivery/twilio/kept-step.ts',
    source: 'if (isUnknown && (await lookAt(steps))?.step?.by === by) return true',
    without: '',
    noticedBy: calls,
  },
  {
    name: 'nodes O15: an answer on a page counts only where it has ended the prompt',
    file: 'src/signin/prompts/call.ts',
    source: "if (result.kind !== 'fraud' && !(await isEnded)) return 'over'",
    without: 'void isEnded',
    noticedBy: ['test/delivery/nodes/prompts.test.ts'],
  },
  {
    name: 'nodes O41: calls start one after the other at an account, whoever starts them',
    file: 'src/store/sign-ins/call-turns.ts',
    source: 'else greatest(turn.next_at_us,',
    without: 'else greatest(0,',
    noticedBy: ['test/lab/postgresql/several.test.ts'],
  },
  {
    name: 'nodes O15: what a dead process has heard and not told is told by the next',
    file: 'src/delivery/twilio/kept-dialogue.ts',
    source: 'session.end(step.ended)',
    without: '',
    noticedBy: calls,
  },
  {
    name: 'nodes O15: a turn whose answer was lost gets it from another process',
    file: 'src/delivery/twilio/kept-dialogue.ts',
    source: 'if (again !== undefined) return again',
    without: '',
    noticedBy: calls,
  },
  {
    name: 'nodes O40: an equal request waits for the call that it has found',
    file: 'src/signin/prompts/hold.ts',
    source: 'const open = await registry.findKept(promptId)',
    without: 'const open = undefined as Awaited<ReturnType<typeof registry.findKept>>',
    noticedBy: ['test/signin/equal-approvals.test.ts'],
  },
]
