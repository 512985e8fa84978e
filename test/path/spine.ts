/** The sign-ins that are counted: a code after the password, a call that holds the request, a question that is answered. */
export type PathName = 'appended' | 'held' | 'challenge'

export const pathTitles: Readonly<Record<PathName, string>> = {
  appended: 'a code after the password',
  held: 'a call that is approved while the request is held',
  challenge: 'a challenge that is answered with a code',
}
export const pathNames = Object.keys(pathTitles) as readonly PathName[]

/** So long may the way be: what a newcomer reads in ten minutes. */
export const mostFiles: Readonly<Partial<Record<PathName, number>>> = { appended: 10, held: 14 }

/** A file that a reader opens to follow a sign-in: it can end it, or it says what comes next. */
export type SpineFile = {
  readonly file: string
  /** In one line; is in the drawing. */
  readonly decides: string
  /** The sign-ins whose way goes through it. Empty: a way that none of them takes leaves here. */
  readonly on: readonly PathName[]
  /** Files whose reasons it passes on: they compute something, and the decision is its own. */
  readonly passesOn?: readonly string[]
}

const all: readonly PathName[] = ['appended', 'held', 'challenge']

/**
 * The spine, from socket to reply, in the order in which a request meets it. `npm run path` fails where one of them
 * does not run in its sign-in, and where a reason has no place here. It also fails where another file of `transport/`
 * or `signin/` could have ended it.
 */
export const spine: readonly SpineFile[] = [
  {
    file: 'src/transport/handle-datagram.ts',
    decides: 'the way in, and back out: new, or a resend? is there room?',
    on: all,
    passesOn: ['src/transport/end-request.ts'],
  },
  {
    file: 'src/transport/verify-datagram.ts',
    decides: 'which gateway is it, and does the packet come from there?',
    on: all,
    passesOn: ['src/radius/verify-request.ts'],
  },
  {
    file: 'src/signin/sign-in.ts',
    decides: 'all steps in their order; the audit before any Accept',
    on: all,
  },
  {
    file: 'src/signin/rules/mac-rules.ts',
    decides: 'a device that asks by its MAC address?',
    on: [],
  },
  { file: 'src/signin/names/find-user.ts', decides: 'which person has this name?', on: all },
  {
    file: 'src/signin/rules/policy.ts',
    decides: 'may they sign in here, and with which factors?',
    on: all,
  },
  {
    file: 'src/signin/sharing/join.ts',
    decides: 'is an equal request under way? its outcome counts',
    on: [],
  },
  {
    file: 'src/signin/continued/resume.ts',
    decides: 'which sign-in does the State go on with?',
    on: ['challenge'],
  },
  {
    file: 'src/signin/continued/spent-state.ts',
    decides: 'was this State answered before?',
    on: ['challenge'],
  },
  {
    file: 'src/signin/factors.ts',
    decides: 'which factor first? is the second one here already?',
    on: all,
  },
  {
    file: 'src/signin/first-factor.ts',
    decides: 'is the password right?',
    on: all,
  },
  {
    file: 'src/signin/continued/upstream.ts',
    decides: 'another RADIUS server asks something',
    on: [],
  },
  {
    file: 'src/signin/passwords/expired-password.ts',
    decides: 'the password has expired: asks for a new one',
    on: [],
    passesOn: ['src/signin/passwords/ms-chap-change.ts'],
  },
  {
    file: 'src/signin/second-factor.ts',
    decides: 'how is the person asked?',
    on: ['held', 'challenge'],
  },
  {
    file: 'src/signin/prompts/hold.ts',
    decides: 'holds the request, and says what the end of a call means',
    on: ['held'],
    passesOn: ['src/signin/waiting/wait.ts'],
  },
  {
    file: 'src/signin/prompts/prompts.ts',
    decides: 'starts a call, or sends a code',
    on: ['held'],
  },
  {
    file: 'src/signin/prompts/claim-prompt.ts',
    decides: 'may one more prompt be started?',
    on: ['held'],
  },
  {
    file: 'src/signin/prompts/call.ts',
    decides: 'rings, until the call ends',
    on: ['held'],
  },
  {
    file: 'src/signin/continued/challenge.ts',
    decides: 'asks, and seals what the answer needs into State',
    on: ['challenge'],
  },
  { file: 'src/signin/answer.ts', decides: 'what was answered?', on: ['challenge'] },
  {
    file: 'src/signin/typed/typed-code.ts',
    decides: 'is the code right, and new?',
    on: ['appended', 'challenge'],
  },
  {
    file: 'src/signin/passwords/wait-like-password.ts',
    decides: 'an early refusal waits as a wrong password does',
    on: [],
  },
  {
    file: 'src/signin/continued/ask-again.ts',
    decides: 'the database was away: asks for the same again',
    on: [],
  },
  {
    file: 'src/signin/outage.ts',
    decides: 'a provider failed: is there another way?',
    on: [],
    passesOn: ['src/signin/prompts/fallback.ts'],
  },
  {
    file: 'src/signin/authorise.ts',
    decides: 'which attributes does the Accept have?',
    on: all,
  },
  {
    file: 'src/transport/replies/replies.ts',
    decides: 'the reply table: outcome to packet',
    on: all,
  },
]

/** The files of one sign-in, in their order. */
export function spineOf(name: PathName): readonly string[] {
  return spine.filter(({ on }) => on.includes(name)).map(({ file }) => file)
}
