import type { Guard } from '../guard.ts'

const ofSessions = ['test/store/web/sessions.slow.test.ts']
const ofSteps = ['test/store/web/steps.slow.test.ts']
const ofEnding = ['test/operations/users/sessions.test.ts']
const ofErasing = ['test/store/people/erasure.slow.test.ts']
const ofExport = ['test/store/people/export.slow.test.ts']

/** Guards of what the store keeps of people: sessions, steps, erasure, export. */
export const rowGuards: readonly Guard[] = [
  {
    name: 'RULES 21: a session that was written past the store does not count',
    file: 'src/store/web/sessions.ts',
    source: '!isOpen(row, nowMs, idleMs) || !isOurs(row)',
    without: '!isOpen(row, nowMs, idleMs)',
    noticedBy: ofSessions,
  },
  {
    name: 'PEOPLE R18: no session begins during a block',
    file: 'src/store/unless-blocked.ts',
    source: ".where('blocked_reason', 'is not', null)",
    without: ".where('blocked_reason', '=', '')",
    noticedBy: ofSessions,
  },
  {
    name: 'PEOPLE R18: a block ends sessions',
    file: 'src/store/accounts/accounts.ts',
    source: '(keep === undefined ? sessions : sessions.where(',
    without: "(keep === undefined ? sessions.where('kind', '=', 'setup') : sessions.where(",
    noticedBy: ofSessions,
  },
  {
    name: 'RULES 21: a step opens for its token, kind, person and end alone',
    file: 'src/store/web/steps.ts',
    source: '    column:',
    without: "    column: 'content' ??",
    noticedBy: ofSteps,
  },
  {
    name: 'PEOPLE R6: a step is taken for what it was made for',
    file: 'src/store/web/steps.ts',
    source: ".where('kind', '=', value('kind'))",
    without: '',
    noticedBy: ofSteps,
  },
  {
    name: 'PEOPLE R8: a step ends',
    file: 'src/store/web/steps.ts',
    source: ".where('until_ms', '>', value('nowMs'))",
    without: '',
    noticedBy: ofSteps,
  },
  {
    name: 'PEOPLE R18: who makes a change keeps their session, and no one else does',
    file: 'src/operations/end-sessions.ts',
    source: 'keepsOwn ? caller.tokenHash : undefined',
    without: 'undefined',
    noticedBy: ofEnding,
  },
  {
    name: 'PEOPLE R18: sessions end where a group was left',
    file: 'src/operations/end-sessions.ts',
    source: " && why !== 'left-group'",
    without: '',
    noticedBy: ofEnding,
  },
  {
    name: 'Privacy: an erasure covers audit rows that only have the name',
    file: 'src/store/accounts/users.ts',
    source: '.where(auditOf(userKey, name))',
    without: '.where(auditOf(userKey, undefined))',
    noticedBy: ofErasing,
  },
  {
    name: 'Privacy: an export shows no secret',
    file: 'src/store/accounts/export-user.ts',
    source: "if (column === 'hidden') return [[name, hidden]]",
    without: '',
    noticedBy: ofExport,
  },
  {
    name: 'Privacy: places can be off',
    file: 'src/compose/service/own.ts',
    source: "config.privacy.places === 'on'",
    without: 'true',
    noticedBy: ['test/compose/service/own.test.ts'],
  },
]
