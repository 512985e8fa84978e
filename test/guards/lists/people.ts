import type { Guard } from '../guard.ts'

/** Guards of the portal, by the rules for people. */
export const peopleGuards: readonly Guard[] = [
  {
    name: 'PEOPLE R2: an account that was not used for long is noted before its password is tried',
    file: 'src/signin/names/note-idle.ts',
    source: 'await personRecords.markIdle(key, lastSeenMs, nowMs)',
    without: '',
    noticedBy: ['test/signin/idle-account.test.ts'],
  },
  {
    name: 'PEOPLE R4: a helpdesk code counts for the person it was made for',
    file: 'src/store/web/enrolment-codes.ts',
    source:
      ".where('user_key', '=', value('userKey'))\n        .where('code_hash', '=', value('codeHash'))",
    without: ".where('code_hash', '=', value('codeHash'))",
    noticedBy: ['test/store/web/enrolment-codes.test.ts'],
  },
  {
    name: 'PEOPLE R4: a helpdesk code has ten tries',
    file: 'src/store/web/enrolment-codes.ts',
    source: "tries_left: eb('tries_left', '-', 1)",
    without: "tries_left: eb('tries_left', '-', 0)",
    noticedBy: ['test/store/web/enrolment-codes.test.ts'],
  },
  {
    name: 'PEOPLE R5: mail adds nothing',
    file: 'src/operations/strength.ts',
    source: "if (given.method === 'email') return 'no'",
    without: '',
    noticedBy: ['test/operations/strength.test.ts'],
  },
  {
    name: 'PEOPLE R5: a weaker factor adds a stronger one once a day',
    file: 'src/store/web/person-records.ts',
    source: "eb('person.strengthened_at_ms', '<=', nowMs - windowMs),",
    without: "eb('person.strengthened_at_ms', '<=', nowMs),",
    noticedBy: ['test/store/web/person-records.test.ts'],
  },
  {
    name: 'PEOPLE R5: taking away needs equal strength',
    file: 'src/operations/strength.ts',
    source: 'return rankOf(given) >= rankOf(wanted)',
    without: 'return true',
    noticedBy: ['test/operations/strength.test.ts'],
  },
  {
    name: 'PEOPLE R7: a phone that was removed hears of it',
    file: 'src/methods/notices/ways.ts',
    source: ', ...takenAway(change)]',
    without: ']',
    noticedBy: ['test/methods/notices/notices.test.ts'],
  },
  {
    name: 'PEOPLE R18: a session ends when it was idle',
    file: 'src/store/web/sessions.ts',
    source: ' && row.seen_at_ms > nowMs - idleMs',
    without: '',
    noticedBy: ['test/store/web/sessions.slow.test.ts'],
  },
  {
    name: 'PEOPLE R18: a session has an end, used or not',
    file: 'src/store/web/sessions.ts',
    source: 'row.ends_at_ms > nowMs && ',
    without: '',
    noticedBy: ['test/store/web/sessions.slow.test.ts'],
  },
  {
    name: 'PEOPLE R18: a row that someone else wrote is no session',
    file: 'src/store/web/sessions.ts',
    source: '!isOpen(row, nowMs, idleMs) || !isOurs(row)) return undefined',
    without: '!isOpen(row, nowMs, idleMs)) return undefined',
    noticedBy: ['test/store/web/sessions.slow.test.ts'],
  },
  {
    name: 'PEOPLE R18: no script reads a cookie, and no other site has it sent',
    file: 'src/web/sessions/cookies.ts',
    source: "httpOnly: true, secure: isSecure, sameSite: 'strict', path: '/'",
    without: "secure: isSecure, path: '/'",
    noticedBy: ['test/web/sessions/cookies.test.ts'],
  },
  {
    name: 'PEOPLE R18: no other host of the domain sets a cookie',
    file: 'src/web/sessions/cookies.ts',
    source: '=> (isSecure ? ',
    without: '=> (isSecure && !isSecure ? ',
    noticedBy: ['test/web/sessions/cookies.test.ts'],
  },
]
