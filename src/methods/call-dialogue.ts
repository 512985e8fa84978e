import type { CallDialogue, DialogueState, DialogueStep } from '../delivery/index.ts'
import type { TextKey, Texts } from '../signin/index.ts'
import { constantTimeEqual } from '../support/index.ts'

export type ApprovalDialogueOptions = {
  readonly texts: Texts
  readonly language: string
  /** What the announcement names: who signs in, where, and where from. */
  readonly values: { readonly user: string; readonly gateway: string; readonly from: string }
  /** Digits to be keyed before #; absent: only # is needed. */
  readonly pin?: string
  /** What is said after an approval, decided at that moment. */
  closingText(): TextKey
}

const maxWrongPins = 3
const maxRepeats = 2

/**
 * Asks whether the person is signing in: # approves (after the PIN, where there is one), 0 and then #
 * reports fraud. Everything else, silence included, asks again and at last refuses.
 */
export function createApprovalDialogue(options: ApprovalDialogueOptions): CallDialogue {
  const { pin } = options
  const say = (key: TextKey) => options.texts.text(key, options.language, options.values)
  const approved = (): DialogueStep => ({
    kind: 'end',
    say: say(options.closingText()),
    result: 'approved',
  })
  const refused = (): DialogueStep => ({
    kind: 'end',
    say: say('call-not-approved'),
    result: 'refused',
  })
  const fraud = (): DialogueStep => ({ kind: 'end', say: say('call-fraud'), result: 'fraud' })

  function ask(state: Pick<DialogueState, 'repeats' | 'wrongPins'>): DialogueStep {
    return pin === undefined
      ? {
          kind: 'ask',
          say: say('call-approve'),
          keys: 'one',
          state: { ...state, expects: 'approval' },
        }
      : {
          kind: 'ask',
          say: say('call-approve-pin'),
          keys: 'until-hash',
          state: { ...state, expects: 'pin' },
        }
  }

  function askAgain(state: DialogueState): DialogueStep {
    return state.repeats < maxRepeats ? ask({ ...state, repeats: state.repeats + 1 }) : refused()
  }

  function askAfterWrongPin(state: DialogueState): DialogueStep {
    const wrongPins = state.wrongPins + 1
    if (wrongPins >= maxWrongPins) return refused()
    const again = ask({ ...state, wrongPins })
    return { ...again, say: `${say('call-wrong-pin')} ${again.say}` }
  }

  return {
    // Texts are made when they are said: most calls need one or two of them.
    get start() {
      return ask({ repeats: 0, wrongPins: 0 })
    },
    answer(state, keys) {
      switch (state.expects) {
        case 'approval':
          if (keys === '#') return approved()
          if (keys !== '0') return askAgain(state)
          return {
            kind: 'ask',
            say: say('call-fraud-confirm'),
            keys: 'one',
            state: { ...state, expects: 'fraud-confirmation' },
          }
        case 'fraud-confirmation':
          if (keys === '#') return fraud()
          return keys === '' ? refused() : askAgain(state)
        case 'pin':
          // The # that ends the digits is the confirmation of 0#.
          if (keys === '0') return fraud()
          if (keys === '') return askAgain(state)
          return isPin(keys, pin) ? approved() : askAfterWrongPin(state)
      }
    },
  }
}

function isPin(keys: string, pin: string | undefined): boolean {
  return pin !== undefined && constantTimeEqual(Buffer.from(keys), Buffer.from(pin))
}

/** Says one thing and ends: a code that is read out. */
export function createReadOutDialogue(say: string): CallDialogue {
  const start: DialogueStep = { kind: 'end', say, result: 'told' }
  return { start, answer: () => start }
}
