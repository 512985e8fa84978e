import type { Guard } from '../guard.ts'

const hook = 'src/web/sessions/session-hook.ts'
const store = 'src/web/sessions/sessions.ts'
const confirm = 'src/web/sign-in/confirm-routes.ts'
const policy = 'src/signin/rules/policy.ts'
const atPortal = ['test/signin/portal/portal.test.ts']
const ofSessions = ['test/web/sessions/sessions.slow.test.ts']
const ofSignIn = ['test/web/sign-in/sign-in.slow.test.ts']
const ofConfirming = ['test/web/sign-in/confirm.slow.test.ts']

/** Guards of signing in at the portal, of sessions and of confirmed changes. */
export const sessionGuards: readonly Guard[] = [
  {
    name: 'Portal: no rule and no bypass opens it',
    file: policy,
    source: 'attempt.gateway.isPortal && (isOpened || isBypassed)',
    without: 'false',
    noticedBy: atPortal,
  },
  {
    name: 'Portal: a remembered device opens nothing',
    file: 'src/signin/remembered/remembered.ts',
    source: '  if (gateway.isPortal) return undefined\n',
    without: '',
    noticedBy: atPortal,
  },
  {
    name: 'Portal: an outage opens nothing',
    file: 'src/signin/rules/outage-rules.ts',
    source: ' || attempt.gateway.isPortal',
    without: '',
    noticedBy: atPortal,
  },
  {
    name: 'Portal: a denial holds where a session stands for the password',
    file: policy,
    source: " || attempt.gateway.firstFactor.kind === 'session'",
    without: '',
    noticedBy: atPortal,
  },
  {
    name: 'Portal: the person of a session is the one that the directory has for its key',
    file: 'src/signin/names/find-user.ts',
    source: "isAnother ? { kind: 'unknown' } : resolved",
    without: 'resolved',
    noticedBy: atPortal,
  },
  {
    name: 'PEOPLE R18: the directory is asked once a minute, also where the clock goes on meanwhile',
    file: store,
    source: 'session.seenAtMs === nowMs',
    without: 'session.seenAtMs === clock.nowMs()',
    noticedBy: ofSessions,
  },
  {
    name: 'PEOPLE R18: left group, or gone',
    file: store,
    source: "    if (checked?.kind === 'refused') return false\n",
    without: '',
    noticedBy: ofSessions,
  },
  {
    name: 'PEOPLE R18: changed password',
    file: store,
    source: 'stamp !== passwordStamp',
    without: 'false',
    noticedBy: ofSessions,
  },
  {
    name: 'PEOPLE R18: removed factor',
    file: store,
    source: 'if (authenticatorId === undefined) return true',
    without: 'return true',
    noticedBy: ofSessions,
  },
  {
    name: 'PEOPLE R18: a new sign-in ends the session that the browser had',
    file: 'src/web/sessions/enter.ts',
    source: '  if (earlier !== undefined) await sessions.end(earlier)\n',
    without: '',
    noticedBy: ofSignIn,
  },
  {
    name: 'PEOPLE R8: a session for setting up reaches nothing else',
    file: hook,
    source: "    if (access === 'whole' && session.kind !== 'whole') throw new SignedOut()\n",
    without: '',
    noticedBy: ofSignIn,
  },
  {
    name: 'PEOPLE R20: one reason for every refusal that must not tell which check failed',
    file: 'src/web/sign-in/describe.ts',
    source: "rejectReasons[reason].delay ? 'denied' : reason",
    without: 'reason',
    noticedBy: ofSignIn,
  },
  {
    name: 'PEOPLE R20: a refusal leaves at the moment of a gateway’s',
    file: 'src/web/sign-in/ask.ts',
    source: '      await until(clock, outcome.notBeforeMs ?? 0)\n',
    without: '',
    noticedBy: ['test/web/sign-in/moments.test.ts'],
  },
  {
    name: 'PEOPLE R6: a step belongs to the session that began it, and to its person',
    file: confirm,
    source: 'userKey === session.userKey && content.session === hexOf(session.tokenHash)',
    without: "userKey !== ''",
    noticedBy: ofConfirming,
  },
  {
    name: 'PEOPLE R6: a session that has ended meanwhile confirms nothing',
    file: confirm,
    source: '(await sessions.use(session.tokenHash, addressOf(request))) === undefined',
    without: 'false',
    noticedBy: ofConfirming,
  },
  {
    name: 'RULES 22: a password that waits for a second factor stays in memory',
    file: 'src/web/sign-in/change-in-hand.ts',
    source: "if (change.change !== 'password') return change",
    without: 'return change',
    noticedBy: ofConfirming,
  },
]
