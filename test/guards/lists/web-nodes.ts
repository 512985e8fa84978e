import type { Guard } from '../guard.ts'

const portal = ['test/lab/postgresql/web-nodes.test.ts']
const shield = ['test/store/sign-ins/shield.slow.test.ts']
const sharedShield = 'src/directory/ldap/lockout/shared-shield.ts'

/** Guards of what the nodes of one database have in common. */
export const webNodeGuards: readonly Guard[] = [
  {
    name: 'database O18: users are read anew where another process may have blocked them',
    file: 'src/store/postgresql/open.ts',
    source: 'cacheUsers: 0,',
    without: 'cacheUsers: 10_000,',
    noticedBy: portal,
  },
  {
    name: 'database O18: who was blocked while a code was spent is refused',
    file: 'src/signin/sign-in.ts',
    source: `  const refused = checkAccountState(context, account)
  if (refused !== undefined) return refused
  // A password alone`,
    without: '  // A password alone',
    noticedBy: portal,
  },
  {
    name: 'database O41: one check of a password at a time, at all processes',
    file: 'src/store/sign-ins/shield.ts',
    source: ".where('shield.turn', 'is', null),",
    without: '',
    noticedBy: shield,
  },
  {
    name: 'database O41: what the directory said before a try of another process does not count',
    file: sharedShield,
    source: "if (tries.mark !== (marks.get(userKey) ?? '')) forget(userKey)",
    without: '',
    noticedBy: shield,
  },
  {
    name: 'database O41: wrong passwords at two controllers count together',
    file: 'src/directory/ldap/lockout/shield.ts',
    source: 'isElsewhere ? withOwn(seen, own, lockout) : seen',
    without: 'seen',
    noticedBy: shield,
  },
  {
    name: 'database O41: the try of a process that is gone counts as a wrong one',
    file: 'src/store/sign-ins/shield.ts',
    source: "...{ turn, wrong: eb('wrong', '+', 1), last_ms: nowMs },",
    without: "...{ turn, wrong: eb('wrong', '+', 0), last_ms: nowMs },",
    noticedBy: shield,
  },
  {
    name: 'PEOPLE R4: of two nodes that change a pairing at once one counts',
    file: 'src/store/web/pairings.ts',
    source: `          .where('version', '=', pairing.version)
          .returning('id')
          .compile(),
      )
      return changed.length > 0`,
    without: `          .returning('id')
          .compile(),
      )
      return changed.length > 0`,
    noticedBy: portal,
  },
  {
    name: 'PEOPLE R4: a pairing is bound to the phone that has claimed it',
    file: 'src/store/web/pairings.ts',
    source: "column: JSON.stringify(['content', id, version, token, untilMs, name]),",
    without: "column: JSON.stringify(['content', id, version, untilMs, name]),",
    noticedBy: ['test/store/web/shared-tampering.slow.test.ts'],
  },
  {
    name: 'what a passkey has signed counts once, at all nodes',
    file: 'src/compose/service/portal.ts',
    source: "return (await spent.spend(name, evidence, untilMs)) === 'spent'",
    without: 'await spent.spend(name, evidence, untilMs)\n    return true',
    noticedBy: portal,
  },
  {
    name: 'a request lets go of its step where another node is asked for it',
    file: 'src/web/sign-in/holding.ts',
    source: 'if (isAsked) wait.end()\n    else clock',
    without: 'clock',
    noticedBy: portal,
  },
  {
    name: 'check of the public address: a stranger is no other node',
    file: 'src/web/reach/probe.ts',
    source: 'constantTimeEqual(Buffer.from(proof), Buffer.from(proofOf(key, token))),',
    without: "proof !== '',",
    noticedBy: ['test/web/reach/check.slow.test.ts'],
  },
]
