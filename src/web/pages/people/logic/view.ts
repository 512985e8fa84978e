import type { SignInStep } from '../../../people/contract.ts'

/**
 * Names what a page shows in a state of its history. Another name is another view: it starts again, and the focus goes
 * to its heading. A phone that still rings, or a code that was wrong, is the same view.
 */
export function viewOf(state: Readonly<Record<string, unknown>>): string {
  const step = state.step as SignInStep | undefined
  const screen = state.screen as { readonly screen: string; readonly setup?: string } | undefined
  const via = step?.step === 'question' ? step.question.via : undefined
  const parts = [
    step?.step,
    step?.step === 'question' && step.question.asks,
    step?.step === 'proof' && step.sentTo,
    via && `${via.method} ${via.to}`,
    screen?.screen,
    screen?.setup,
    state.refusal !== undefined && 'refusal',
    state.isOver === true && 'over',
  ]
  return parts.filter(Boolean).join(' ')
}
