import type { User } from '../../accounts/index.ts'
import type { Attempt } from '../attempt.ts'
import { type Context, note, reject } from '../context.ts'
import { endSignIn } from '../continued/spent-state.ts'
import type { Outcome } from '../outcome.ts'
import { refusedBeside } from '../page/facts.ts'
import type { OpenPrompt, PromptOwner, PromptRecord, SentCode } from '../sharing/registry.ts'
import type { Option } from '../usable/choices.ts'
import { tooLateToAsk } from '../waiting/wait.ts'
import { takeOverLimit, takePrompt } from './limits.ts'

/** A prompt this request may start, or one that it shares. */
export type Opened = {
  readonly kind: 'opened'
  readonly promptId: string
  /** No new prompt goes out. */
  readonly shared: boolean
  readonly sent?: SentCode
  /** It was another sign-in's and is this one's now, until then. */
  readonly endsMs?: number
}

/**
 * Opens a prompt, of which a person has one at a time. Where one is open already this request shares it
 * (RULES 2), takes it over (RULES 44), or is refused.
 */
export async function claimPrompt(
  context: Context,
  user: User,
  option: Option,
  prompt: OpenPrompt,
  owner: PromptOwner,
  record?: () => PromptRecord,
): Promise<Opened | Outcome> {
  const { registry } = context.parts
  const tooLate = tooLateToAsk(context)
  if (tooLate !== undefined) return tooLate
  if (await registry.isInterrupted(user.key)) return reject(context, 'interrupted')
  const open = await registry.openPrompt(prompt, owner, record)
  if (open === undefined) return countPrompt(context, user, option, prompt)
  if (mayShare(open, prompt)) return share(context, open)
  const isTaken = mayTakeOver(context, open, prompt) && (await countTakeOver(context, user))
  return isTaken
    ? takeOver(context, user, option, open, prompt, owner)
    : refuse(context, user, open)
}

/** The prompt was claimed but did not go out. */
export async function endUnasked({ parts }: Context, id: string): Promise<void> {
  await parts.registry.endPrompt(id, { kind: 'timeout' }, 0)
}

async function countPrompt(
  context: Context,
  user: User,
  option: Option,
  prompt: OpenPrompt,
): Promise<Opened | Outcome> {
  try {
    if (await takePrompt(context, user, option)) {
      await context.parts.registry.forgetLate(user.key)
      return { kind: 'opened', promptId: prompt.id, shared: false }
    }
  } catch (error) {
    await endUnasked(context, prompt.id)
    throw error
  }
  await endUnasked(context, prompt.id)
  return reject(context, 'prompt-limit')
}

/** The same sign-in, or the same device at the same group of gateways, asking in the same way (RULES 2). */
function mayShare(open: OpenPrompt, mine: OpenPrompt): boolean {
  if (open.sent?.option !== mine.sent?.option) return false
  if (open.signInId === mine.signInId) return true
  if (!isAnsweredAlike(open, mine)) return false
  return open.evidence !== undefined && open.evidence === mine.evidence && open.group === mine.group
}

/**
 * By a call, or on the page by the same authenticators. Gateways of one group may allow different methods: what is
 * enough at one must not open another (PEOPLE R5). A person who has typed other digits means another sign-in, whatever
 * device they name.
 */
function isAnsweredAlike({ page: open }: OpenPrompt, { page: mine }: OpenPrompt): boolean {
  const answers = (page: OpenPrompt['page']) => [
    page?.authenticators,
    page?.typesNumber,
    page?.isOwn && page.number,
  ]
  return JSON.stringify(answers(open)) === JSON.stringify(answers(mine))
}

function share(context: Context, open: OpenPrompt): Opened {
  note(context, 'joined', { signIn: open.signInId })
  const opened = { kind: 'opened', promptId: open.id, shared: true } as const
  return open.sent === undefined ? opened : { ...opened, sent: open.sent }
}

/**
 * A question for a code that was sent, at the same group of gateways, which the person may have closed: an attacker who
 * has only the password gains nothing by it, as the code goes to the person's phone. An approval could go to the wrong
 * one, so no call is taken over, and none takes over (RULES 2, 44).
 */
function mayTakeOver({ attempt }: Context, open: OpenPrompt, mine: OpenPrompt): boolean {
  const isForCode = open.sent !== undefined && mine.sent !== undefined
  return isForCode && open.group === mine.group && provesPassword(attempt.gateway)
}

/** Whether the password was proven by us before a prompt goes out. */
function provesPassword({ firstFactor, flow }: Attempt['gateway']): boolean {
  return firstFactor.kind === 'directories' && flow !== 'code-only'
}

async function countTakeOver({ parts }: Context, user: User): Promise<boolean> {
  const { limits, clock } = parts
  return (await limits.take([takeOverLimit(user.key)], clock.nowMs())).ok
}

/** Through the same authenticator the code that was sent counts for this sign-in now; otherwise a new one is sent. */
async function takeOver(
  context: Context,
  user: User,
  option: Option,
  open: OpenPrompt,
  mine: OpenPrompt,
  owner: PromptOwner,
): Promise<Opened | Outcome> {
  const { registry } = context.parts
  const isSame = open.sent?.option === mine.sent?.option
  if (!isSame && !(await takePrompt(context, user, option))) return reject(context, 'prompt-limit')
  await endSignIn(context, open)
  await registry.endPrompt(open.id, { kind: 'timeout' }, 0)
  const next = isSame ? { ...mine, sent: open.sent, endsMs: open.endsMs } : mine
  const other = await registry.openPrompt(next, owner)
  // Another sign-in was faster.
  if (other !== undefined) return refuse(context, user, other)
  note(context, 'took-over', { signIn: open.signInId })
  const opened = { kind: 'opened', promptId: mine.id } as const
  if (!isSame || open.sent === undefined) return { ...opened, shared: false }
  return { ...opened, shared: true, sent: open.sent, endsMs: open.endsMs }
}

/** Says how long to wait: the person may have closed what is open. */
async function refuse(context: Context, user: User, open: OpenPrompt): Promise<Outcome> {
  const { clock, registry, texts } = context.parts
  await registry.noteRefused(open.id, refusedBeside(context))
  const seconds = String(Math.max(1, Math.ceil((open.endsMs - clock.nowMs()) / 1_000)))
  note(context, 'another-sign-in', { signIn: open.signInId, seconds })
  const message = texts.text('another-open', user.language, { seconds })
  return { ...reject(context, 'another-sign-in-open'), message }
}
