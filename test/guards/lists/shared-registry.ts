import type { Guard } from '../guard.ts'

const lab = ['test/lab/postgresql/shared-registry.test.ts']
const abandoned = ['test/signin/sharing/abandoned.test.ts']
const prompts = 'src/store/shared/prompts.ts'
const registry = 'src/store/shared/registry.ts'

/** Guards of what sign-ins agree on in a database. */
export const sharedRegistryGuards: readonly Guard[] = [
  {
    name: 'shared registry O7: what is waited for is asked each second, whatever becomes of hints',
    file: 'src/store/shared/asking.ts',
    source: 'for (const [topic, ids] of urgent()) mark(topic, ids)',
    without: '',
    noticedBy: ['test/store/shared/asking.test.ts'],
  },
  {
    name: 'shared registry O8: a sealed value opens in its own row alone',
    file: 'src/store/shared/values.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    source: 'return { table, column: `${column}:${id}`, userKey }',
    without: "return { table, column, userKey: id === '' ? userKey : '' }",
    noticedBy: lab,
  },
  {
    name: 'shared registry O8: an outcome counts for the key it was settled for alone',
    file: 'src/store/shared/claims.ts',
    source: 'outcome !== undefined && keys.includes(outcome.key)',
    without: 'outcome !== undefined && keys.length > 0',
    noticedBy: lab,
  },
  {
    name: 'shared registry O8: no one makes the outcome of an earlier sign-in last',
    file: 'src/store/shared/claims.ts',
    source: 'opened !== undefined && opened.ownUntilMs > times.longAgoMs() ? opened : undefined',
    without: 'opened',
    noticedBy: lab,
  },
  {
    name: 'shared registry: the row of an unanswered challenge waits for a registry that is away',
    file: 'src/signin/record.ts',
    source: 'parts.wheel.at(atMs, () => void recordUnanswered(parts, record, id))',
    without: '',
    noticedBy: ['test/signin/audit.test.ts'],
  },
  {
    name: 'shared registry O41: nothing is learnt from packets of which another node has the rest',
    file: 'src/patience/watch.ts',
    source: `signIn.gateway.memory.followed.server += 1
    forget(signIn)`,
    without: 'signIn.gateway.memory.followed.server += 1',
    noticedBy: ['test/patience/watch.test.ts'],
  },
  {
    name: 'shared registry O41: nothing is learnt before it is known whether another node has the rest',
    file: 'src/patience/watch.ts',
    source: 'if (isShared) return',
    without: '',
    noticedBy: ['test/patience/watch.test.ts'],
  },
  {
    name: 'shared registry O41: who follows another process says so',
    file: 'src/signin/sharing/join.ts',
    source: "if (claim.isElsewhere === true) context.live.wasElsewhere('came')",
    without: '',
    noticedBy: ['test/signin/sharing/elsewhere.test.ts'],
  },
  {
    name: 'shared registry O41: who is followed by another process hears so',
    file: 'src/store/shared/claims.ts',
    source: 'isFollowedElsewhere = row?.own_until_ms === followedElsewhere',
    without: 'isFollowedElsewhere = row === undefined',
    noticedBy: lab,
  },
  {
    name: 'shared registry O8: no one puts off the end of a late approval',
    file: 'src/store/shared/kept.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    source: 'id: `${kind}:${id}:${ownUntilMs}`,',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    without: "id: `${kind}:${id}:${ownUntilMs === 0 ? '' : '-'}`,",
    noticedBy: lab,
  },
  {
    name: 'shared registry O9: session keys are sealed with a key of the hour',
    file: registry,
    source: 'hourKeys === undefined ? sealer : sealForAnHour(hourKeys)',
    without: 'hourKeys === undefined ? sealForAnHour(hourKeys as never) : sealer',
    noticedBy: lab,
  },
  {
    name: 'shared registry O10: what was spent is forgotten by both clocks alone',
    file: 'src/store/shared/purge.ts',
    source: ".where('own_until_ms', '<=', nowMs)",
    without: ".where('own_until_ms', '>', nowMs - nowMs)",
    noticedBy: lab,
  },
  {
    name: 'shared registry O10: a late approval ends, also where the database goes back in time',
    file: 'src/store/shared/kept.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    source: 'and shared_kept.own_until_ms > ${times.longAgoMs()}`',
    without: 'and shared_kept.own_until_ms > 0`',
    noticedBy: lab,
  },
  {
    name: 'shared registry O10: a prompt that is adopted ends by the clock of its new process',
    file: 'src/store/shared/prompt-rows.ts',
    source: 'record: { ...content.record, request: { ...request, deadlineMs } },',
    without: 'record: { ...content.record, request: { deadlineMs, ...request } },',
    noticedBy: lab,
  },
  {
    name: 'shared registry O13: a request whose owner has died claims again',
    file: 'src/signin/sign-in.ts',
    source: 'if (!isAbandoned(waited)) return',
    without: 'if (!isAbandoned(waited) || waited.abandoned) return',
    noticedBy: abandoned,
  },
  {
    name: 'shared registry O13: it has kept its password for that',
    file: 'src/signin/sharing/join.ts',
    source: 'parts.registry.isShared,',
    without: 'false,',
    noticedBy: abandoned,
  },
  {
    name: 'shared registry O15: one ends a prompt',
    file: prompts,
    source: 'const isMine = row?.ended_by === tryId',
    without: 'const isMine = row !== undefined',
    noticedBy: lab,
  },
  {
    name: 'shared registry O15: a process has one owner of a prompt',
    file: 'src/store/shared/prompts-here.ts',
    source: 'const entry = acting.get(row.id)',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    without: 'const entry = acting.get(`${row.id} `)',
    noticedBy: lab,
  },
  {
    name: 'shared registry O15: one process goes on with the prompts of a dead one',
    file: registry,
    source: "await takeOver('all-dead')",
    without: '',
    noticedBy: lab,
  },
  {
    name: 'shared registry O40: an equal request is told by its claim',
    file: 'src/store/shared/kept.ts',
    source: 'return before?.claim_key != null && claimKeys.includes(before.claim_key)',
    without: 'return before?.claim_key != null',
    noticedBy: lab,
  },
]
