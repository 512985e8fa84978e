/** The sign-ins that are counted: a code behind the password, a call that holds the request, a question that is answered. */
export type PathName = 'appended' | 'held' | 'challenge'

export const pathTitles: Readonly<Record<PathName, string>> = {
  appended: 'a code behind the password',
  held: 'a call that is approved while the request is held',
  challenge: 'a challenge that is answered with a code',
}
export const pathNames = Object.keys(pathTitles) as readonly PathName[]

/** A file that a reader opens to follow a sign-in: it can end it, or it says what comes next. */
export type SpineFile = {
  readonly file: string
  /** In one line; stands in the drawing. */
  readonly decides: string
  /** The sign-ins whose way goes through it. */
  readonly on: readonly PathName[]
  /** Files without a decision of their own whose reasons it passes on. */
  readonly passesOn?: readonly string[]
}

const all: readonly PathName[] = ['appended', 'held', 'challenge']

/**
 * The spine, from socket to reply, in the order in which a request meets it. `npm run path` fails where one of them does not run
 * in its sign-in, and where another file of `transport/` or `signin/` could have ended it.
 */
export const spine: readonly SpineFile[] = [
  {
    file: 'src/transport/handle-datagram.ts',
    decides: 'new, or a resend? is there room?',
    on: all,
  },
  {
    file: 'src/transport/verify-datagram.ts',
    decides: 'which gateway, and is the packet its own?',
    on: all,
    passesOn: ['src/radius/verify-request.ts'],
  },
  {
    file: 'src/transport/run-sign-in.ts',
    decides: 'keeps the request until its sign-in ends',
    on: all,
  },
  { file: 'src/signin/sign-in.ts', decides: 'the steps in their order', on: all },
  {
    file: 'src/signin/continued/resume.ts',
    decides: 'State: which sign-in does it go on with?',
    on: all,
  },
  {
    file: 'src/signin/rules/mac-rules.ts',
    decides: 'a device that asks by its MAC address?',
    on: all,
  },
  { file: 'src/signin/names/find-user.ts', decides: 'which person has this name?', on: all },
  {
    file: 'src/signin/rules/policy.ts',
    decides: 'may they sign in here, and with what?',
    on: all,
  },
  {
    file: 'src/signin/continued/spent-state.ts',
    decides: 'was this State answered before?',
    on: ['challenge'],
  },
  { file: 'src/signin/factors.ts', decides: 'which factor comes first?', on: all },
  { file: 'src/signin/first-factor.ts', decides: 'is the password right?', on: all },
  {
    file: 'src/signin/second-factor.ts',
    decides: 'what is the person asked for?',
    on: all,
  },
  {
    file: 'src/signin/prompts/hold.ts',
    decides: 'holds for a call, and says what its end means',
    on: ['held'],
  },
  {
    file: 'src/signin/prompts/claim-prompt.ts',
    decides: 'may one more prompt be started?',
    on: ['held'],
  },
  { file: 'src/signin/prompts/prompts.ts', decides: 'rings, or sends a code', on: ['held'] },
  { file: 'src/signin/prompts/wait.ts', decides: 'when does waiting end?', on: ['held'] },
  {
    file: 'src/signin/continued/challenge.ts',
    decides: 'asks, and seals what the answer needs',
    on: ['challenge'],
  },
  { file: 'src/signin/answer.ts', decides: 'what was answered?', on: ['challenge'] },
  {
    file: 'src/signin/typed/typed-code.ts',
    decides: 'is the code right, and new?',
    on: ['appended', 'challenge'],
  },
  {
    file: 'src/signin/outage.ts',
    decides: 'a provider failed: is there another way?',
    on: all,
  },
  {
    file: 'src/signin/passwords/wait-like-password.ts',
    decides: 'an early refusal waits as a wrong password does',
    on: all,
  },
  { file: 'src/signin/authorise.ts', decides: 'which attributes does the Accept have?', on: all },
  { file: 'src/transport/replies/replies.ts', decides: 'outcome to packet', on: all },
]

/** The files of one sign-in, in their order. */
export function spineOf(name: PathName): readonly string[] {
  return spine.filter(({ on }) => on.includes(name)).map(({ file }) => file)
}
